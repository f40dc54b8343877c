package io.luhproc.process;

import io.luhproc.LuhprocException;

/**
 * Thrown if the command line of this JVM cannot be used to launch the application again.
 *
 * <p>The message names the cause and the remedy: {@code ProcessManager.builder().mainClass(..)} or
 * {@code .command(..)}.
 *
 * @since 0.1
 */
public final class NotRelaunchableException extends LuhprocException {
  private static final long serialVersionUID = 1L;
  private static final String REMEDY =
      "; configure how the app is started: ProcessManager.builder().mainClass(\"com.example.App\")"
          + " or .command(List.of(\"java\", \"-jar\", \"/path/of/app.jar\"))";

  /** Creates an exception with the cause in words, such as {@code the main class is unknown}. */
  public NotRelaunchableException(String reason) {
    super(message(reason));
  }

  /** Creates an exception with the cause in words and the exception that led to it. */
  public NotRelaunchableException(String reason, Throwable cause) {
    super(message(reason), cause);
  }

  private static String message(String reason) {
    return "cannot start this app again from the command line of its JVM: " + reason + REMEDY;
  }
}
