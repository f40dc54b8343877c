package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that starts one process, prints the duration of the start in nanoseconds, and waits for
 * the process. Its arguments are a {@link ProcessLibrary} and a folder. The process is a JVM that
 * does nothing; with luhproc, it is this program, relaunched.
 */
final class FirstStartMain {
  private FirstStartMain() {}

  /** Starts one process. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    boolean isLuhproc = args.length == 0 || args[0].equals(ProcessLibrary.LUHPROC.name());
    System.out.println(isLuhproc ? startWithLuhproc(start, args) : startWithLibrary(args));
  }

  private static long startWithLuhproc(long start, String[] args) throws Exception {
    ProcessManager.Builder builder =
        ProcessManager.builder().task(ProcessLibrary.TASK, context -> {});
    if (args.length > 1) {
      builder.root(Path.of(args[1]));
    }
    ProcessManager manager = builder.build();
    manager.check();
    manager.start(ProcessLibrary.TASK, "first");
    long nanos = System.nanoTime() - start;
    ProcessLibrary.awaitEndAndRemove(manager, "first");
    return nanos;
  }

  private static long startWithLibrary(String[] args) throws Exception {
    List<String> command = BenchEnvironment.javaCommand(HelloMain.class, "plain");
    ProcessLibrary library = ProcessLibrary.valueOf(args[0]);
    return StartSection.timeStart(library, command, Path.of(args[1]));
  }
}
