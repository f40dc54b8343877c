package io.luhproc.queue;

import io.luhproc.LuhprocException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.time.PeriodicThread;
import io.luhproc.time.RandomTokens;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts many workers, at most a number of them at once.
 *
 * <pre>{@code
 * try (WorkerQueue queue =
 *     WorkerQueue.builder(pm, Path.of("queue")).place("local:", 4).place("k8s:batch", 50).open()) {
 *   for (Path folder : folders) {
 *     queue.submit("INDEXER", folder.toString(), StartOptions.defaults());
 *   }
 *   queue.awaitEmpty(Duration.ofHours(2));
 * }
 * }</pre>
 *
 * <p>The queue is a directory. It survives its process: a worker that was submitted is started
 * once, also if the process is killed at any moment and another one opens the directory. Workers
 * run on when the queue is closed.
 *
 * <p>Thread-safe. One process at a time has a queue open.
 *
 * @since 0.1
 */
public final class WorkerQueue implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(WorkerQueue.class);
  // Fewer are looked up one by one, more are listed.
  private static final int MAX_LOOKUPS = 8;
  private static final Duration LOCAL_INTERVAL = Duration.ofMillis(500);
  private static final Duration ENGINE_INTERVAL = Duration.ofSeconds(2);

  private final QueueStore store;
  private final ProcessManager manager;
  private final List<Place> places;
  private final Consumer<WorkerInfo> onEnd;
  private final Map<String, QueueEntry> entries = new LinkedHashMap<>();
  private final PeriodicThread thread;
  private long lastNumber;
  private long succeeded;
  private long failed;

  private WorkerQueue(QueueStore store, Builder settings) {
    this.store = store;
    this.manager = settings.manager;
    this.places =
        settings.limits.entrySet().stream()
            .map(
                it -> new Place(it.getKey(), settings.manager.onEngine(it.getKey()), it.getValue()))
            .toList();
    this.onEnd = settings.onEnd;
    SortedMap<Long, Optional<QueueEntry>> stored = store.read();
    stored.values().forEach(it -> it.ifPresent(entry -> entries.put(entry.key(), entry)));
    this.lastNumber = stored.isEmpty() ? 0 : stored.lastKey();
    this.thread = PeriodicThread.start("worker-queue", Duration.ZERO, this::run);
  }

  /** An engine with its limit. */
  private record Place(String address, ProcessManager manager, int limit) {}

  /**
   * Returns a builder of a queue.
   *
   * @param manager has the tasks
   * @param directory the directory of the queue; created if it is missing
   */
  public static Builder builder(ProcessManager manager, Path directory) {
    return new Builder(manager, directory);
  }

  /**
   * Adds a worker to the end of the queue. It survives a crash once this returns.
   *
   * @return whether it was added; false if a worker with this task and id is in the queue
   * @throws IllegalArgumentException if the options have variables, whose values are never stored,
   *     or wait for readiness
   * @throws io.luhproc.worker.UnknownTaskException if the task is not registered
   * @throws LuhprocException if it cannot be written
   */
  public synchronized boolean submit(String task, String id, StartOptions options) {
    if (!options.environment().isEmpty() || options.awaitReady().isPresent()) {
      throw new IllegalArgumentException(
          "options of a queued worker must not have variables, whose values are not stored, and"
              + " must not wait for readiness; pass arguments");
    }
    Path ignored = manager.directory(task, id); // checks task and id
    QueueEntry entry =
        new QueueEntry(
            lastNumber + 1,
            task,
            id,
            options.toBuilder().token(RandomTokens.next()).build(),
            Optional.empty(),
            false);
    if (entries.containsKey(entry.key())) {
      return false;
    }
    store.write(entry);
    lastNumber++;
    entries.put(entry.key(), entry);
    return true;
  }

  /** Returns the state of the queue. */
  public synchronized QueueStatus status() {
    int waiting = (int) entries.values().stream().filter(it -> it.engine().isEmpty()).count();
    return new QueueStatus(waiting, entries.size() - waiting, succeeded, failed);
  }

  /**
   * Waits until all workers have ended.
   *
   * @return whether they have; false at the timeout
   */
  public synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
    Deadline deadline = Deadline.after(TimeSource.system(), timeout);
    while (!entries.isEmpty() && !deadline.isExpired()) {
      TimeUnit.NANOSECONDS.timedWait(this, deadline.remaining().toNanos());
    }
    return entries.isEmpty();
  }

  /** Starts no further workers. Those that run go on; the next process finds them. */
  @Override
  public void close() {
    thread.close();
    store.close();
  }

  /** Looks for ended workers and starts others; returns the delay to the next look. */
  private Duration run() {
    boolean remote = false;
    for (Place place : places) {
      try {
        endEnded(place);
        startAssigned(place);
        assignWaiting(place);
      } catch (LuhprocException e) {
        LOGGER.warn("cannot use {} for the queue now; trying again", place.address(), e);
      }
      remote |= !place.address().equals(WorkerEngines.LOCAL) && !assigned(place).isEmpty();
    }
    return remote ? ENGINE_INTERVAL : LOCAL_INTERVAL;
  }

  private synchronized List<QueueEntry> assigned(Place place) {
    return entries.values().stream()
        .filter(it -> it.engine().equals(Optional.of(place.address())))
        .toList();
  }

  private void endEnded(Place place) {
    List<QueueEntry> started = assigned(place).stream().filter(QueueEntry::started).toList();
    Map<String, WorkerInfo> listed = new HashMap<>();
    if (started.size() > MAX_LOOKUPS) {
      for (WorkerInfo worker : place.manager().list()) {
        listed.put(QueueEntry.key(worker.task(), worker.id()), worker);
      }
    }
    for (QueueEntry entry : started) {
      Optional<WorkerInfo> worker =
          started.size() > MAX_LOOKUPS
              ? Optional.ofNullable(listed.get(entry.key()))
              : place.manager().info(entry.task(), entry.id());
      if (worker.filter(it -> it.state().isAlive()).isEmpty()) {
        end(entry, worker);
      }
    }
  }

  /** Starts those again whose start an earlier process or a failed call left open. */
  private void startAssigned(Place place) {
    for (QueueEntry entry : assigned(place)) {
      if (!entry.started()) {
        start(place, entry);
      }
    }
  }

  private void assignWaiting(Place place) {
    int free = place.limit() - assigned(place).size();
    List<QueueEntry> next;
    synchronized (this) {
      next =
          entries.values().stream()
              .filter(it -> it.engine().isEmpty())
              .limit(Math.max(0, free))
              .toList();
    }
    for (QueueEntry entry : next) {
      QueueEntry assigned = entry.assignedTo(Optional.of(place.address()));
      update(assigned);
      start(place, assigned);
    }
  }

  /** Starts a worker. The token of the entry keeps a repeated start from running it twice. */
  private void start(Place place, QueueEntry entry) {
    try {
      WorkerInfo ignored = place.manager().start(entry.task(), entry.id(), entry.options());
      update(entry.asStarted());
    } catch (EngineUnavailableException e) {
      throw e;
    } catch (LuhprocException | IllegalArgumentException e) {
      if (e.getCause() instanceof EngineUnavailableException unavailable) {
        throw unavailable;
      }
      LOGGER.error("cannot start {} (id: {}); leaving it out", entry.task(), entry.id(), e);
      end(entry, Optional.empty());
    }
  }

  private synchronized void update(QueueEntry entry) {
    store.write(entry);
    entries.put(entry.key(), entry);
  }

  private void end(QueueEntry entry, Optional<WorkerInfo> worker) {
    synchronized (this) {
      store.delete(entry);
      QueueEntry ignored = entries.remove(entry.key());
      boolean success =
          worker
              .flatMap(WorkerInfo::end)
              .map(ProcessEnd::exitCode)
              .filter(it -> it.orElse(1) == 0)
              .isPresent();
      succeeded += success ? 1 : 0;
      failed += success ? 0 : 1;
      notifyAll();
    }
    try {
      worker.ifPresent(onEnd);
    } catch (RuntimeException e) {
      LOGGER.error("the listener of ended workers failed", e);
    }
  }

  /** A builder of queues. */
  public static final class Builder {
    private final ProcessManager manager;
    private final Path directory;
    private final Map<String, Integer> limits = new LinkedHashMap<>();
    private Consumer<WorkerInfo> onEnd = worker -> {};

    private Builder(ProcessManager manager, Path directory) {
      this.manager = Objects.requireNonNull(manager, "manager");
      this.directory = Objects.requireNonNull(directory, "directory");
    }

    /**
     * Adds an engine. What does not fit on the first engines goes to the next; default: this
     * machine, with one worker for each processor.
     *
     * @param engine its address, see {@link ProcessManager.Builder#engine(String)}
     * @param limit how many workers of the queue run there at once, at least 1
     * @throws IllegalArgumentException if the address or the limit is invalid
     */
    public Builder place(String engine, int limit) {
      if (limit < 1) {
        throw new IllegalArgumentException("limit (" + limit + ") must be at least 1");
      }
      limits.put(WorkerEngines.checkAddress(engine), limit);
      return this;
    }

    /** Sets what is called with each worker that has ended, on the thread of the queue. */
    public Builder onEnd(Consumer<WorkerInfo> listener) {
      onEnd = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Opens the queue and starts what waits in it.
     *
     * @throws LuhprocException if the directory cannot be used, or another process has it open
     */
    public WorkerQueue open() {
      if (limits.isEmpty()) {
        limits.put(WorkerEngines.LOCAL, Runtime.getRuntime().availableProcessors());
      }
      QueueStore store = QueueStore.open(directory);
      try {
        return new WorkerQueue(store, this);
      } catch (RuntimeException | Error e) {
        store.close();
        throw e;
      }
    }
  }
}
