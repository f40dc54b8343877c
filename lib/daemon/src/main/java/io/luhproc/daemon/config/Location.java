package io.luhproc.daemon.config;

import java.nio.file.Path;

/**
 * A position in a configuration file.
 *
 * @param file the file
 * @param line the line, from 1; 0 for the file as a whole
 * @param column the column, from 1; 0 for the file as a whole
 * @since 0.1
 */
public record Location(Path file, int line, int column) {

  /** Returns the location of a file as a whole. */
  static Location of(Path file) {
    return new Location(file, 0, 0);
  }

  /** Returns {@code file:line:column}, the form that editors and terminals recognise. */
  @Override
  public String toString() {
    return line == 0 ? file.toString() : file + ":" + line + ":" + column;
  }
}
