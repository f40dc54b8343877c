package io.luhproc.engine;

import io.luhproc.LuhprocException;
import io.luhproc.time.PeriodicThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * A watch for engines without one of their own: it lists the workers periodically.
 *
 * @since 0.1
 */
public final class PollingWatch implements WorkerEngine.EngineWatch {
  private final Supplier<List<WorkerStatus>> list;
  private final Duration interval;
  private final Consumer<WorkerStatus> listener;
  private final Map<WorkerKey, WorkerStatus> last = new HashMap<>();
  private final PeriodicThread thread;

  private PollingWatch(
      Supplier<List<WorkerStatus>> list, Duration interval, Consumer<WorkerStatus> listener) {
    this.list = list;
    this.interval = interval;
    this.listener = listener;
    this.thread = PeriodicThread.start("engine-watch", Duration.ZERO, this::poll);
  }

  /** Starts a watch that lists the workers once in an interval. */
  public static PollingWatch start(
      Supplier<List<WorkerStatus>> list, Duration interval, Consumer<WorkerStatus> listener) {
    return new PollingWatch(list, interval, listener);
  }

  private Duration poll() {
    try {
      Set<WorkerKey> listed = new HashSet<>();
      for (WorkerStatus status : list.get()) {
        listed.add(status.key());
        if (!status.equals(last.put(status.key(), status))) {
          listener.accept(status);
        }
      }
      last.keySet().retainAll(listed);
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(PollingWatch.class)
          .debug("cannot list the workers; trying again in {}", interval, e);
    }
    return interval;
  }

  @Override
  public void close() {
    thread.close();
  }
}
