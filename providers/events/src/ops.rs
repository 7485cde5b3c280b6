//! One operation or small family a file.
