//! Users, groups, roles and instance profiles.

use fogbank_api_iam::*;

use crate::scene::{ALLOW, Scene, TRUST, fails, role, tag};

#[tokio::test]
async fn a_user_has_path_id_and_tags() {
    let scene = Scene::new();
    let input = CreateUserRequest {
        user_name: "Alice".into(),
        path: Some("/team/".into()),
        tags: Some(vec![tag("env", "dev")]),
        ..Default::default()
    };
    let user = scene.iam.create_user(input).await.unwrap().user.unwrap();
    assert_eq!(user.arn, "arn:aws:iam::000000000000:user/team/Alice");
    assert!(user.user_id.starts_with("AIDA") && user.user_id.len() == 21, "{}", user.user_id);
    let get = GetUserRequest { user_name: Some("Alice".into()) };
    let found = scene.iam.get_user(get).await.unwrap().user;
    assert_eq!(found.tags.unwrap()[0].value, "dev");
    let listed = scene.iam.list_users(ListUsersRequest::default()).await.unwrap();
    assert!(listed.users[0].tags.is_none());
    assert_eq!(listed.is_truncated, Some(false));
}

#[tokio::test]
async fn names_are_unique_without_regard_to_case() {
    let scene = Scene::new();
    scene.user("alice").await;
    scene.group("devs").await;
    scene.role("app").await;
    let user = CreateUserRequest { user_name: "ALICE".into(), ..Default::default() };
    let message = "User with name ALICE already exists.";
    fails(scene.iam.create_user(user).await, "EntityAlreadyExists", message);
    let group = CreateGroupRequest { group_name: "Devs".into(), ..Default::default() };
    let message = "Group with name Devs already exists.";
    fails(scene.iam.create_group(group).await, "EntityAlreadyExists", message);
    let message = "Role with name APP already exists.";
    fails(scene.iam.create_role(role("APP")).await, "EntityAlreadyExists", message);
}

#[tokio::test]
async fn what_is_not_there() {
    let scene = Scene::new();
    let user = GetUserRequest { user_name: Some("u".into()) };
    let message = "The user with name u cannot be found.";
    fails(scene.iam.get_user(user).await, "NoSuchEntity", message);
    let message = "The role with name r cannot be found.";
    fails(
        scene.iam.get_role(GetRoleRequest { role_name: "r".into() }).await,
        "NoSuchEntity",
        message,
    );
    let profile = GetInstanceProfileRequest { instance_profile_name: "p".into() };
    let message = "Instance Profile p cannot be found.";
    fails(scene.iam.get_instance_profile(profile).await, "NoSuchEntity", message);
    let add = AddUserToGroupRequest { group_name: "g".into(), user_name: "u".into() };
    let message = "The group with name g cannot be found.";
    fails(scene.iam.add_user_to_group(add).await, "NoSuchEntity", message);
}

#[tokio::test]
async fn lists_are_paged() {
    let scene = Scene::new();
    for name in ["c", "a", "B", "d", "e"] {
        scene.user(name).await;
    }
    let mut names = Vec::new();
    let mut marker = None;
    loop {
        let input = ListUsersRequest { marker, max_items: Some(2), ..Default::default() };
        let page = scene.iam.list_users(input).await.unwrap();
        assert!(page.users.len() <= 2);
        names.extend(page.users.into_iter().map(|user| user.user_name));
        marker = page.marker;
        assert_eq!(page.is_truncated, Some(marker.is_some()));
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(names, ["a", "B", "c", "d", "e"]);
    let input = ListUsersRequest { marker: Some("!".into()), ..Default::default() };
    fails(scene.iam.list_users(input).await, "ValidationError", "Invalid Marker.");
}

#[tokio::test]
async fn a_user_that_has_something_stays() {
    let scene = Scene::new();
    scene.user("u").await;
    scene.group("g").await;
    let arn = scene.policy("p").await;
    let delete = || DeleteUserRequest { user_name: "u".into() };
    let conflict = |what| format!("Cannot delete entity, must {what} first.");

    let member = || ("g".to_owned(), "u".to_owned());
    let (group_name, user_name) = member();
    scene.iam.add_user_to_group(AddUserToGroupRequest { group_name, user_name }).await.unwrap();
    let message = conflict("remove users from group");
    fails(scene.iam.delete_user(delete()).await, "DeleteConflict", &message);
    let group = DeleteGroupRequest { group_name: "g".into() };
    fails(scene.iam.delete_group(group).await, "DeleteConflict", &message);

    let put = PutUserPolicyRequest {
        user_name: "u".into(),
        policy_name: "inline".into(),
        policy_document: ALLOW.into(),
    };
    scene.iam.put_user_policy(put).await.unwrap();
    let message = conflict("delete policies");
    fails(scene.iam.delete_user(delete()).await, "DeleteConflict", &message);

    let attach = AttachUserPolicyRequest { user_name: "u".into(), policy_arn: arn.clone() };
    scene.iam.attach_user_policy(attach).await.unwrap();
    let message = conflict("detach all policies");
    fails(scene.iam.delete_user(delete()).await, "DeleteConflict", &message);

    let detach = DetachUserPolicyRequest { user_name: "u".into(), policy_arn: arn };
    scene.iam.detach_user_policy(detach).await.unwrap();
    let inline = DeleteUserPolicyRequest { user_name: "u".into(), policy_name: "inline".into() };
    scene.iam.delete_user_policy(inline).await.unwrap();
    let (group_name, user_name) = member();
    let remove = RemoveUserFromGroupRequest { group_name, user_name };
    scene.iam.remove_user_from_group(remove).await.unwrap();
    scene.access_key("u").await.unwrap();
    let message = conflict("delete access keys");
    fails(scene.iam.delete_user(delete()).await, "DeleteConflict", &message);
}

#[tokio::test]
async fn renamed_groups_keep_their_users() {
    let scene = Scene::new();
    scene.user("u").await;
    scene.group("old").await;
    let add = AddUserToGroupRequest { group_name: "old".into(), user_name: "u".into() };
    scene.iam.add_user_to_group(add).await.unwrap();
    let rename = UpdateGroupRequest {
        group_name: "old".into(),
        new_path: Some("/p/".into()),
        new_group_name: Some("new".into()),
    };
    scene.iam.update_group(rename).await.unwrap();
    let get = GetGroupRequest { group_name: "new".into(), ..Default::default() };
    let group = scene.iam.get_group(get).await.unwrap();
    assert_eq!(group.group.arn, "arn:aws:iam::000000000000:group/p/new");
    assert_eq!(group.users.len(), 1);
    let list = ListGroupsForUserRequest { user_name: "u".into(), ..Default::default() };
    let groups = scene.iam.list_groups_for_user(list).await.unwrap().groups;
    assert_eq!(groups[0].group_name, "new");
}

#[tokio::test]
async fn roles_say_more_when_asked_for() {
    let scene = Scene::new();
    let input = CreateRoleRequest {
        description: Some("d".into()),
        max_session_duration: Some(7200),
        tags: Some(vec![tag("k", "v")]),
        ..role("app")
    };
    let created = scene.iam.create_role(input).await.unwrap().role;
    assert_eq!(created.max_session_duration, None);
    assert!(created.role_id.starts_with("AROA"));
    let document = created.assume_role_policy_document.unwrap();
    assert!(document.starts_with("%7B%22Version%22%3A%222012-10-17%22"), "{document}");
    let found = scene.iam.get_role(GetRoleRequest { role_name: "app".into() }).await.unwrap().role;
    assert_eq!(found.max_session_duration, Some(7200));
    assert!(found.role_last_used.is_some());
    let listed = scene.iam.list_roles(ListRolesRequest::default()).await.unwrap().roles;
    assert!(listed[0].tags.is_none() && listed[0].description.is_some());

    let update = UpdateRoleRequest { role_name: "app".into(), ..Default::default() };
    scene.iam.update_role(update).await.unwrap();
    let found = scene.iam.get_role(GetRoleRequest { role_name: "app".into() }).await.unwrap().role;
    assert_eq!((found.max_session_duration, found.description), (Some(3600), Some("d".into())));

    let trust =
        UpdateAssumeRolePolicyRequest { role_name: "app".into(), policy_document: "{".into() };
    fails(
        scene.iam.update_assume_role_policy(trust).await,
        "MalformedPolicyDocument",
        "This policy contains invalid Json",
    );
}

#[tokio::test]
async fn trust_policies_name_principals_that_are_there() {
    let scene = Scene::new();
    let with = |principal: &str| CreateRoleRequest {
        assume_role_policy_document: TRUST
            .replace(r#""Service":"ec2.amazonaws.com""#, &format!(r#""AWS":"{principal}""#)),
        ..role("r")
    };
    let missing = "arn:aws:iam::000000000000:user/alice";
    let message = format!("Invalid principal in policy: \"AWS\":\"{missing}\"");
    fails(scene.iam.create_role(with(missing)).await, "MalformedPolicyDocument", &message);
    let alice = scene.user("alice").await;
    scene.iam.create_role(with(missing)).await.unwrap();
    // Another user with the name of one that is deleted is not trusted.
    scene.iam.delete_user(DeleteUserRequest { user_name: "alice".into() }).await.unwrap();
    scene.user("alice").await;
    let role = scene.iam.get_role(GetRoleRequest { role_name: "r".into() }).await.unwrap().role;
    let trust = role.assume_role_policy_document.unwrap();
    assert!(trust.contains(&alice.user_id) && !trust.contains("user%2Falice"), "{trust}");
}

#[tokio::test]
async fn an_instance_profile_has_one_role() {
    let scene = Scene::new();
    scene.role("a").await;
    scene.role("b").await;
    let create =
        CreateInstanceProfileRequest { instance_profile_name: "p".into(), ..Default::default() };
    let made = scene.iam.create_instance_profile(create).await.unwrap().instance_profile;
    assert!(made.instance_profile_id.starts_with("AIPA") && made.roles.is_empty());
    let add = |role: &str| AddRoleToInstanceProfileRequest {
        instance_profile_name: "p".into(),
        role_name: role.into(),
    };
    scene.iam.add_role_to_instance_profile(add("a")).await.unwrap();
    let message = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
    fails(scene.iam.add_role_to_instance_profile(add("b")).await, "LimitExceeded", message);
    let message = "Cannot delete entity, must remove roles from instance profile first.";
    let profile = || DeleteInstanceProfileRequest { instance_profile_name: "p".into() };
    fails(scene.iam.delete_instance_profile(profile()).await, "DeleteConflict", message);
    let delete = DeleteRoleRequest { role_name: "a".into() };
    fails(scene.iam.delete_role(delete).await, "DeleteConflict", message);
    let list = ListInstanceProfilesForRoleRequest { role_name: "a".into(), ..Default::default() };
    let profiles = scene.iam.list_instance_profiles_for_role(list).await.unwrap();
    assert_eq!(profiles.instance_profiles[0].roles[0].role_name, "a");
    let remove = RemoveRoleFromInstanceProfileRequest {
        instance_profile_name: "p".into(),
        role_name: "a".into(),
    };
    scene.iam.remove_role_from_instance_profile(remove).await.unwrap();
    scene.iam.delete_instance_profile(profile()).await.unwrap();
}

#[tokio::test]
async fn tag_keys_are_not_distinguished_by_case() {
    let scene = Scene::new();
    scene.role("r").await;
    let set = |tags| TagRoleRequest { role_name: "r".into(), tags };
    scene.iam.tag_role(set(vec![tag("Department", "a"), tag("x", "1")])).await.unwrap();
    scene.iam.tag_role(set(vec![tag("department", "b")])).await.unwrap();
    let list = || ListRoleTagsRequest { role_name: "r".into(), ..Default::default() };
    let tags = scene.iam.list_role_tags(list()).await.unwrap().tags;
    let pairs: Vec<_> = tags.iter().map(|tag| (&*tag.key, &*tag.value)).collect();
    assert_eq!(pairs, [("Department", "b"), ("x", "1")]);
    fails(
        scene.iam.tag_role(set(vec![tag("a", "1"), tag("A", "2")])).await,
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
    let untag =
        UntagRoleRequest { role_name: "r".into(), tag_keys: vec!["DEPARTMENT".into(), "y".into()] };
    scene.iam.untag_role(untag).await.unwrap();
    assert_eq!(scene.iam.list_role_tags(list()).await.unwrap().tags.len(), 1);
}
