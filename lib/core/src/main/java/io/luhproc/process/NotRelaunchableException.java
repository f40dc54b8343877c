package io.luhproc.process;

import io.luhproc.LuhprocException;

/**
 * This JVM's own command line does not start the app again. The message says what was seen instead
 * of the app, and that {@code ProcessManager.builder().mainClass(..)} or {@code .command(..)} help.
 */
public final class NotRelaunchableException extends LuhprocException {
  private static final long serialVersionUID = 1L;
  private static final String REMEDY =
      ". Say how the app is started: ProcessManager.builder().mainClass(\"com.example.App\")"
          + " or .command(\"java\", \"-jar\", \"/path/of/app.jar\")";

  public NotRelaunchableException(String reason) {
    super(message(reason));
  }

  public NotRelaunchableException(String reason, Throwable cause) {
    super(message(reason), cause);
  }

  private static String message(String reason) {
    return "cannot start this app again from the command line of its JVM: " + reason + REMEDY;
  }
}
