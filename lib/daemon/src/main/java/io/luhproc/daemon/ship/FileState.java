package io.luhproc.daemon.ship;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** By which a change of an active file is noticed without opening it. */
record FileState(long size, FileTime modified) {
  static final FileState MISSING = new FileState(0, FileTime.fromMillis(0));

  static FileState of(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new FileState(attributes.size(), attributes.lastModifiedTime());
    } catch (IOException expected) {
      // Missing, or about to be deleted.
      return MISSING;
    }
  }
}
