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
 * Fails a test that leaves a live descendant of this JVM or a live thread named {@code luhproc-*}.
 *
 * <p>Waits up to 5 s for their exit. Leaked processes are killed so that they do not fail the next
 * test. Usage: {@code @ExtendWith(LeakCheck.class)}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    Baseline baseline =
        new Baseline(new HashSet<>(processes().toList()), new HashSet<>(threads().toList()));
    context.getStore(NAMESPACE).put(Baseline.class, baseline);
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    Baseline baseline = context.getStore(NAMESPACE).get(Baseline.class, Baseline.class);
    boolean clean =
        Deadline.after(TimeSource.system(), TIMEOUT)
            .await(() -> leakedProcesses(baseline).isEmpty() && leakedThreads(baseline).isEmpty());
    if (!clean) {
      List<ProcessHandle> processes = leakedProcesses(baseline);
      List<String> descriptions = processes.stream().map(LeakCheck::describe).toList();
      processes.forEach(ProcessHandle::destroyForcibly);
      throw new AssertionError(
          "leaked processes " + descriptions + ", leaked threads " + leakedThreads(baseline));
    }
  }

  private static List<ProcessHandle> leakedProcesses(Baseline baseline) {
    return processes().filter(process -> !baseline.processes().contains(process)).toList();
  }

  private static List<Thread> leakedThreads(Baseline baseline) {
    return threads().filter(thread -> !baseline.threads().contains(thread)).toList();
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

  private record Baseline(Set<ProcessHandle> processes, Set<Thread> threads) {}
}
