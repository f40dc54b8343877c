package io.luhproc.spawn;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the files that describe this process, see proc(5). */
final class ProcFile {
  private ProcFile() {}

  /**
   * Returns the content of a file; empty if it cannot be read, as on another system than Linux.
   *
   * <p>Does not use {@link java.nio.file.Files}: the initialization of its classes fails for ever
   * if no descriptor is free then.
   */
  static String read(String path) {
    try (FileInputStream in = new FileInputStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException expected) {
      return "";
    }
  }
}
