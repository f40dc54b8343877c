package io.luhproc.example;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Version of a file; it differs if the file was changed since it was read.
 *
 * @param modified last modification in nanoseconds since 1970
 * @param size size in bytes
 */
record FileVersion(long modified, long size) {

  /** Returns the version of a file with these attributes. */
  static FileVersion of(BasicFileAttributes attributes) {
    return new FileVersion(
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size());
  }
}
