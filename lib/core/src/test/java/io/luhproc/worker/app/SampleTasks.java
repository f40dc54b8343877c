package io.luhproc.worker.app;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.TaskContext;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Tasks of {@link TaskApp}. Each prints its actions and events to stdout. */
final class SampleTasks {
  private static final Duration MAX_WAIT = Duration.ofMinutes(5);

  private SampleTasks() {}

  static void registerAll(ProcessManager.Builder builder) {
    builder
        .task("IDLE", SampleTasks::idle)
        .task("ECHO", SampleTasks::echo)
        .task("STUBBORN", SampleTasks::stubborn)
        .task("SCRIPT", SampleTasks::script)
        .task("STARTS_OTHERS", SampleTasks::startsOthers)
        .task("STOPS_ITSELF", SampleTasks::stopsItself)
        .task("RETURNS", context -> System.out.println("returning"))
        .task("THROWS", SampleTasks::fails)
        .task("EXITS", context -> System.exit(7))
        .task("HALTS", context -> Runtime.getRuntime().halt(9))
        .task("READY_AND_HALTS", SampleTasks::readyAndHalts)
        .task("NEVER_READY", SampleTasks::neverReady)
        .task("HOOKS", SampleTasks::hooks)
        .task("WAITS", SampleTasks::waits)
        .task("LINGERS", SampleTasks::lingers);
    ThreadTasks.registerAll(builder);
  }

  /** Waits for a stop request. */
  static void idle(TaskContext context) throws InterruptedException {
    System.out.println("idle " + context.task() + " " + context.id());
    context.ready();
    System.out.println("stop requested: " + context.awaitStop(MAX_WAIT));
  }

  /** Prints everything in its context, then waits for a stop request. */
  static void echo(TaskContext context) throws InterruptedException {
    System.out.println("task " + context.task());
    System.out.println("id " + context.id());
    System.out.println("arguments " + context.arguments());
    System.out.println("directory " + context.directory().map(Path::toString).orElse("none"));
    System.out.println("cwd " + Path.of("").toAbsolutePath());
    System.out.println("folder " + System.getenv("FOLDER"));
    System.out.println("option " + System.getProperty("echoed"));
    System.err.println("on stderr");
    context.ready();
    if (context.directory().isPresent()) {
      context.awaitStop(MAX_WAIT);
    }
  }

  /** Ignores stop requests. */
  static void stubborn(TaskContext context) {
    context.onStop(() -> System.out.println("ignoring stop request"));
    System.out.println("stubborn");
    context.ready();
    CountDownLatch unreachable = new CountDownLatch(1);
    boolean stopped = false;
    while (!stopped) {
      try {
        unreachable.await();
        stopped = true;
      } catch (InterruptedException ignored) {
        // Ignores the request.
      }
    }
  }

  /** Runs its first argument as a shell script, then waits for a stop request. */
  static void script(TaskContext context) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", context.arguments().get(0)).inheritIO().start().waitFor();
    context.ready();
    context.awaitStop(MAX_WAIT);
  }

  /** Starts another task, the same task with another id, and processes of the app. */
  static void startsOthers(TaskContext context) throws IOException, InterruptedException {
    if (context.id().equals("another")) {
      idle(context);
      return;
    }
    ProcessManager.Builder builder = ProcessManager.builder();
    registerAll(builder);
    ProcessManager manager = builder.build();
    StartOptions ready = StartOptions.builder().awaitReady(Duration.ofSeconds(30)).build();
    manager.start("IDLE", "child", ready);
    manager.start("STARTS_OTHERS", "another", ready);
    runList(List.of(), Map.of(), "list.txt");
    runList(List.of("setsid", "-w"), Map.of(), "daemon.txt");
    runList(List.of(), Map.of("ECHO", "1"), "echo.txt");
    runList(List.of(), Map.of("STARTS_OTHERS", "1"), "same.txt");
    idle(context);
  }

  private static void runList(List<String> prefix, Map<String, String> environment, String output)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(TaskApp.class.getName());
    command.add("list");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(new File(output));
    builder.environment().putAll(environment);
    builder.start().waitFor();
  }

  static void stopsItself(TaskContext context) throws InterruptedException {
    ProcessManager.Builder builder = ProcessManager.builder();
    registerAll(builder);
    try {
      builder.build().stop(context.task(), context.id());
    } catch (LuhprocException e) {
      System.out.println("refused: " + e.getMessage());
    }
    idle(context);
  }

  private static void fails(TaskContext context) {
    throw new IllegalStateException("task fails, id " + context.id());
  }

  /** Exits directly after it is ready. */
  private static void readyAndHalts(TaskContext context) {
    context.ready();
    Runtime.getRuntime().halt(0);
  }

  private static void neverReady(TaskContext context) throws InterruptedException {
    System.out.println("never ready");
    context.awaitStop(MAX_WAIT);
  }

  /** Registers three stop hooks, one of which fails, and waits for the interrupt. */
  private static void hooks(TaskContext context) {
    for (String name : List.of("first", "second", "third")) {
      context.onStop(
          () -> {
            System.out.println("hook " + name + ", requested: " + context.stopRequested());
            if (name.equals("second")) {
              throw new IllegalStateException("the second hook fails");
            }
          });
    }
    System.out.println("hooked");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException expected) {
      context.onStop(() -> System.out.println("late hook"));
      System.out.println("interrupted, requested: " + context.stopRequested());
    }
  }

  /** Ends by the exception that its interrupt causes. */
  private static void waits(TaskContext context) throws InterruptedException {
    System.out.println("waiting " + context.id());
    new CountDownLatch(1).await();
  }

  /** Returns after a stop request while a non-daemon thread still runs. */
  private static void lingers(TaskContext context) throws InterruptedException {
    Thread thread = new Thread(() -> stubborn(context), "lingerer");
    thread.start();
    context.awaitStop(MAX_WAIT);
    // awaitStop has cleared the interrupt, so the cleanup may wait.
    System.out.println("interrupted while cleaning up: " + Thread.interrupted());
  }
}
