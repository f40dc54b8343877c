package io.luhproc.supervisor;

import java.nio.file.Path;
import java.util.List;

/** Builds a supervisor while its JVM exits, and says what that was answered and left behind. */
final class SupervisesTooLate {
  private SupervisesTooLate() {}

  public static void main(String[] args) {
    Path directory = Path.of(args[0]);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> build(directory)));
  }

  private static void build(Path directory) {
    try {
      Supervises.builder(directory).build().close();
    } catch (IllegalStateException e) {
      System.out.println("refused: " + e.getMessage());
    }
    List<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("luhproc-"))
            .toList();
    System.out.println("left: " + left);
  }
}
