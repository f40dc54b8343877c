package io.luhproc.supervisor;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Builds a supervisor in a shutdown hook, then prints the refusal and the remaining threads. */
final class LateSupervisorMain {
  private static final Duration THREAD_TIMEOUT = Duration.ofSeconds(5);

  private LateSupervisorMain() {}

  public static void main(String[] args) {
    Path directory = Path.of(args[0]);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> tryBuild(directory)));
  }

  private static void tryBuild(Path directory) {
    try {
      SupervisorMain.builder(directory).build().close();
    } catch (IllegalStateException e) {
      System.out.println("refused: " + e.getMessage());
    }
    try {
      // A thread that loads a library ends once the library is loaded.
      boolean ignored =
          Deadline.after(TimeSource.system(), THREAD_TIMEOUT)
              .await(() -> remainingThreads().isEmpty());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    System.out.println("left: " + remainingThreads());
  }

  private static List<String> remainingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("luhproc-"))
        .toList();
  }
}
