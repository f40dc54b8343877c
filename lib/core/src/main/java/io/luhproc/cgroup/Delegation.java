package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/**
 * Whether systemd gave a group to whoever runs in it, by {@code Delegate=}: it then marks the group
 * by the extended attribute {@code user.delegate}, since version 251, see "Control Group APIs and
 * Delegation" in its documents. That the files belong to us says nothing: all of a user's do.
 */
final class Delegation {
  private static final String NAME = "delegate";

  private Delegation() {}

  static boolean isMarked(Path group) {
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    try {
      if (attributes == null || !attributes.list().contains(NAME)) {
        return false;
      }
      ByteBuffer value = ByteBuffer.allocate(attributes.size(NAME));
      int ignored = attributes.read(NAME, value);
      return StandardCharsets.UTF_8.decode(value.flip()).toString().equals("1");
    } catch (IOException expected) {
      // A kernel before 5.7 has none on groups, or it is gone: nobody told that it is ours.
      return false;
    }
  }
}
