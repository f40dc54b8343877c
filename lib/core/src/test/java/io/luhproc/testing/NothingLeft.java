package io.luhproc.testing;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something behind: a living descendant of this JVM, or a living thread
 * named {@code luhproc-*}. What is on its way out has 5 s for it; left processes are killed, so
 * that the next test is not blamed. {@code @ExtendWith(NothingLeft.class)}.
 */
public final class NothingLeft implements BeforeEachCallback, AfterEachCallback {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(NothingLeft.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    Before before =
        new Before(new HashSet<>(processes().toList()), new HashSet<>(threads().toList()));
    context.getStore(NAMESPACE).put(Before.class, before);
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    Before before = context.getStore(NAMESPACE).get(Before.class, Before.class);
    boolean clean =
        Deadline.after(TimeSource.system(), PATIENCE)
            .await(() -> left(before).isEmpty() && leftThreads(before).isEmpty());
    if (!clean) {
      List<ProcessHandle> processes = left(before);
      List<String> told = processes.stream().map(NothingLeft::describe).toList();
      processes.forEach(ProcessHandle::destroyForcibly);
      throw new AssertionError(
          "left behind: processes " + told + ", threads " + leftThreads(before));
    }
  }

  private static List<ProcessHandle> left(Before before) {
    return processes().filter(process -> !before.processes().contains(process)).toList();
  }

  private static List<Thread> leftThreads(Before before) {
    return threads().filter(thread -> !before.threads().contains(thread)).toList();
  }

  private static Stream<ProcessHandle> processes() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive);
  }

  private static Stream<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("luhproc-"));
  }

  private static String describe(ProcessHandle process) {
    return process.pid() + " " + process.info().commandLine().orElse("?");
  }

  private record Before(Set<ProcessHandle> processes, Set<Thread> threads) {}
}
