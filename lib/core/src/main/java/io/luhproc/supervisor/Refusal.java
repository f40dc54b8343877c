package io.luhproc.supervisor;

import io.luhproc.DirectoryRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Says of another user's directory what helps here: no variable names that of a supervisor. */
final class Refusal {
  private Refusal() {}

  /** Returns the refusal with a remedy of its own, where it is for the owner. */
  static DirectoryRefusedException of(DirectoryRefusedException refused, String remedy) {
    Path path = refused.directory();
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return refused;
    }
    String whose = path + " belongs to another user" + owner(path) + "; " + remedy;
    DirectoryRefusedException told = new DirectoryRefusedException(path, whose);
    told.initCause(refused);
    return told;
  }

  private static String owner(Path path) {
    try {
      return " (" + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName() + ")";
    } catch (IOException expected) {
      // It is somebody's all the same.
      return "";
    }
  }
}
