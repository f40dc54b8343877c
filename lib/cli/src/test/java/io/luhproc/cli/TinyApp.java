package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** An app with only the worker commands, for tests with real processes. */
public final class TinyApp {
  /** Prints its arguments and a line on stderr, becomes ready, and waits for a stop. */
  static final String WAITS = "TINY_WAITS";

  /** Prints a line and throws. */
  static final String FAILS = "TINY_FAILS";

  /** Waits for a stop and never becomes ready. */
  static final String NEVER_READY = "TINY_NEVER_READY";

  /** Prints more lines than a pipe holds. */
  static final String PRINTS_MANY_LINES = "TINY_PRINTS_MANY_LINES";

  private static final int MANY_LINES = 50_000;

  private TinyApp() {}

  /** Runs one command; LUHPROC_TMP_DIR is the root. */
  public static void main(String[] args) {
    ProcessManager manager = builder().build();
    manager.check();
    System.exit(commandLine(manager).execute(args));
  }

  /** Returns a manager for use in the JVM of the test. */
  static ProcessManager manager(Path root) {
    return builder().root(root).mainClass(TinyApp.class.getName()).build();
  }

  static CommandLine commandLine(ProcessManager manager) {
    CommandLine commandLine = new CommandLine(CommandSpec.create().name("tiny"));
    WorkerCommands.addTo(commandLine, manager);
    return commandLine;
  }

  private static ProcessManager.Builder builder() {
    return ProcessManager.builder()
        .app("tiny")
        .task(WAITS, TinyApp::waits)
        .task(FAILS, TinyApp::fails)
        .task(NEVER_READY, TinyApp::neverReady)
        .task(PRINTS_MANY_LINES, TinyApp::printsManyLines);
  }

  private static void waits(TaskContext context) throws InterruptedException {
    System.out.println("arguments: " + context.arguments());
    System.out.println("GREETING: " + System.getenv("GREETING"));
    System.out.println("limit: " + System.getProperty("limit"));
    System.err.println("complaint");
    context.ready();
    awaitStop(context);
    System.out.println("bye");
  }

  private static void fails(TaskContext context) {
    System.out.println("about to fail, " + context.id());
    throw new IllegalStateException("nothing works");
  }

  private static void neverReady(TaskContext context) throws InterruptedException {
    awaitStop(context);
  }

  private static void printsManyLines(TaskContext context) throws InterruptedException {
    for (int i = 0; i < MANY_LINES; i++) {
      System.out.println("line " + i);
    }
    context.ready();
    awaitStop(context);
  }

  private static void awaitStop(TaskContext context) throws InterruptedException {
    context.awaitStop(Duration.ofMinutes(5));
  }
}
