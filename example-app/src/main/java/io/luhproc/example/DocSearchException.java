package io.luhproc.example;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Failure of a command or of the indexer, with a message for the user. */
final class DocSearchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DocSearchException(String message) {
    super(message);
  }

  DocSearchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns the failure of a command that needs an index.
   *
   * @param folder the requested folder; null if no index exists at all
   */
  static DocSearchException notIndexed(@Nullable Path folder) {
    String subject =
        folder == null ? "nothing is" : FolderPaths.replaceControls(folder.toString()) + " is not";
    String argument = folder == null ? "FOLDER" : folder.toString();
    return new DocSearchException(
        subject + " indexed yet; run: " + ProgramName.withArguments("index", argument));
  }
}
