package io.luhproc.supervisor;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Builds a supervisor while its JVM exits, and says what that was answered and left behind. */
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
      // What is being loaded ends by itself.
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
