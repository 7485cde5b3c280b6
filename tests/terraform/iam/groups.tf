variable "updated" {
  default = false
}

resource "aws_iam_group" "groups_group" {
  name = var.updated ? "tf-group-renamed" : "tf-group"
  path = var.updated ? "/teams/" : "/"
}

resource "aws_iam_group" "other" {
  name = "tf-group-other"
}

resource "aws_iam_user" "users" {
  count = 3
  name  = "tf-group-user-${count.index}"
}

resource "aws_iam_group_membership" "members" {
  name  = "members"
  group = aws_iam_group.groups_group.name
  users = var.updated ? [aws_iam_user.users[0].name] : aws_iam_user.users[*].name
}

resource "aws_iam_user_group_membership" "member" {
  user   = aws_iam_user.users[0].name
  groups = [aws_iam_group.other.name]
}

data "aws_iam_group" "group" {
  group_name = aws_iam_group.groups_group.name
  depends_on = [aws_iam_group_membership.members]
}
