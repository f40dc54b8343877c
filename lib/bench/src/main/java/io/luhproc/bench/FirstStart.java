package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that starts one process, prints how many nanoseconds that took, and waits for it. Its
 * arguments are a {@link Rival} and a folder. The process is a JVM that does nothing: of luhproc,
 * this program started again by its own command line.
 */
final class FirstStart {
  private FirstStart() {}

  /** Starts one process. */
  public static void main(String[] args) throws Exception {
    long begin = System.nanoTime();
    boolean ours = args.length == 0 || args[0].equals(Rival.LUHPROC.name());
    System.out.println(ours ? ours(begin, args) : other(args));
  }

  private static long ours(long begin, String[] args) throws Exception {
    ProcessManager.Builder builder = ProcessManager.builder().task(Rival.TASK, context -> {});
    if (args.length > 1) {
      builder.root(Path.of(args[1]));
    }
    ProcessManager manager = builder.build();
    manager.check();
    manager.start(Rival.TASK, "first");
    long nanos = System.nanoTime() - begin;
    Rival.endOf(manager, "first");
    return nanos;
  }

  private static long other(String[] args) throws Exception {
    List<String> nothing = Setting.java(Hello.class, "plain");
    Rival rival = Rival.valueOf(args[0]);
    return Starts.time(rival, nothing, Path.of(args[1]));
  }
}
