package io.luhproc.daemon.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Replaces files of mode 0600 by rename, so that they are complete or as before. */
public final class PrivateFile {
  /** What a user can do if a file cannot be written. */
  public static final String REMEDY = "check that its disk is not full and not read-only";

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFile() {}

  /**
   * Replaces a file, or creates it. It is not synced.
   *
   * @throws IOException if it cannot be written, such as on a full disk; the old file is unchanged
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
    // Left by a killed daemon; a link there must not be followed.
    Files.deleteIfExists(temporary);
    try {
      write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteSuppressing(e, temporary);
      throw e;
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        int ignored = channel.write(bytes);
      }
    }
  }

  /** Its blocks are needed on a full disk. */
  private static void deleteSuppressing(IOException cause, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
