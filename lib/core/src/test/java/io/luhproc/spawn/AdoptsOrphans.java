package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.testing.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fixture that leaves orphans behind, kills them, and meanwhile starts children of the JDK and of a
 * {@link NativeSpawner}, and checks the exit status of each.
 *
 * <p>Arguments: the directory for output, and whether this JVM becomes a child subreaper. Prints
 * {@code adopted COUNT}, {@code wrong COUNT} for the exit statuses, and {@code left COUNT} for the
 * children, including zombies.
 */
final class AdoptsOrphans {
  private static final int ORPHANS = 5;
  private static final int THREADS = 4;
  private static final int CHILDREN_PER_THREAD = 200;

  private AdoptsOrphans() {}

  public static void main(String[] arguments) throws Exception {
    PosixSpawner posixSpawner =
        PosixSpawner.tryLoad(Boolean.parseBoolean(arguments[1])).orElseThrow();
    ToolLocator tools = new ToolLocator("/usr/bin:/bin");
    Launcher launcher =
        new Launcher(tools, NativeSpawner.start(posixSpawner, JdkSpawner.forAllPrograms(tools)));
    Path folder = Path.of(arguments[0]);
    String line = "for i in $(seq " + ORPHANS + "); do sleep 600 & done";
    launcher.launch(request(folder, line)).waitFor();
    List<Long> orphans = childPids();
    System.out.println("adopted " + orphans.size());
    orphans.forEach(it -> ProcessHandle.of(it).ifPresent(ProcessHandle::destroyForcibly));
    System.out.println("wrong " + countWrongStatuses(launcher, folder));
    Eventually.holds(() -> "left " + childPids(), () -> childPids().isEmpty());
    System.out.println("left " + childPids().size());
    launcher.close();
  }

  private static LaunchRequest request(Path folder, String line) {
    return new LaunchRequest(
        ShellCommand.argv(line), Map.of(), folder, folder.resolve("out"), folder.resolve("err"));
  }

  private static List<Long> childPids() {
    return ProcessInfoReader.system().childPids(ProcessHandle.current().pid());
  }

  private static int countWrongStatuses(Launcher launcher, Path folder) throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(() -> wrong.addAndGet(runChildren(launcher, folder)));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return wrong.get();
  }

  private static int runChildren(Launcher launcher, Path folder) {
    int wrong = 0;
    for (int i = 0; i < CHILDREN_PER_THREAD; i++) {
      String line = "exit " + i;
      try {
        Process jdk = new ProcessBuilder("sh", "-c", line).start();
        int status = launcher.launch(request(folder, line)).waitFor();
        wrong += status == i && jdk.waitFor() == i ? 0 : 1;
      } catch (Exception e) {
        e.printStackTrace();
        wrong++;
      }
    }
    return wrong;
  }
}
