package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.EventLoop;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stops any number of process trees concurrently on one daemon thread. Thread-safe.
 *
 * <p>Each tree is stopped as by {@link TreeStopper} and with the same proof. Trees share process
 * table scans, and the environment of a process is read once per execve(2). Scans per tree:
 *
 * <pre>
 *                                          TreeStopper         TreeStopService
 *   no member is alive                     1 stat + environ    1 stat, shared
 *   all members exit on the stop signal    2 stat + environ    2 stat, shared
 *   a member is killed after the grace     3 stat + environ    3 stat, shared
 * </pre>
 *
 * <p>The environment is read for processes that started since the last scan. During the grace
 * period only one known member is polled, at most every 20 ms.
 *
 * <p>These are scans of all processes. For trees with a limit marker, only the first scan of a
 * service reads all; the others read new processes and the members, see {@link
 * io.luhproc.procfs.LimitMarker}.
 *
 * <p>Futures complete on the service thread. Dependent stages must be short or use their own
 * executor. Completing or cancelling a future abandons the tree in its current state. The native
 * code for signals other than TERM and KILL, see {@link Posix}, is loaded by a separate thread when
 * the first such signal is requested. Only a fork storm or a member stopped by SIGSTOP may block
 * the service thread for it, once.
 */
public final class TreeStopService implements AutoCloseable {
  private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(5);

  private final ProcessTable table;
  private final SignalSender signals;
  private final TimeSource time;
  private final ScanScheduler scheduler;
  private final EventLoop loop;
  private final Set<PendingFuture> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  // Guarded by "this".
  private Optional<CompletableFuture<Void>> signalsLoaded = Optional.empty();

  private TreeStopService(ProcessTable table, SignalSender signals, TimeSource time) {
    this.table = table;
    this.signals = signals;
    this.time = time;
    this.scheduler = new ScanScheduler(table, time, this::schedule);
    this.loop = EventLoop.start("trees", time, scheduler::runDue);
  }

  /** Starts a service for the processes of a table of this machine. */
  public static TreeStopService start(ProcessTable table, Posix posix, TimeSource time) {
    return new TreeStopService(table, new IdentityCheckedSignalSender(table, posix), time);
  }

  private Timers.Timer schedule(Duration delay, Runnable body) {
    return loop.schedule(delay, body);
  }

  /**
   * Stops a tree, see {@link TreeStopper#stop(StopTreeRequest)}. The timeout starts now.
   *
   * @return a future of the result; fails with a {@link LuhprocException} if the process table is
   *     not readable until the timeout, if the container still contains processes that are not
   *     visible, or if this service is closed
   */
  public CompletableFuture<StopTreeResult> stop(StopTreeRequest request) {
    return submit(
        new StopTreeTask(request, table, signals, time),
        request.signal(),
        "cannot stop the process tree of " + request.scope().directory());
  }

  /**
   * Sends a signal to all members of a tree found by one scan, except this JVM.
   *
   * @return a future of the failures, one message per member that could not be signalled (EPERM);
   *     fails like {@link #stop(StopTreeRequest)}
   */
  public CompletableFuture<List<String>> signal(TreeScope scope, Signal signal) {
    TreeTracker tree = new TreeTracker(table, scope, table.currentPid());
    Deadline end = Deadline.after(time, SIGNAL_TIMEOUT);
    return submit(
        new SignalTreeTask(tree, signal, signals, end),
        signal,
        "cannot send " + signal + " to the process tree of " + scope.directory());
  }

  /**
   * Sends a signal to one process.
   *
   * @return a future of whether the process was alive; fails with a {@link LuhprocException} if
   *     permission is denied (EPERM) or this service is closed
   * @throws IllegalArgumentException if the process is this JVM
   */
  public CompletableFuture<Boolean> signal(ProcessIdentity identity, Signal signal) {
    if (identity.pid() == table.currentPid()) {
      throw new IllegalArgumentException("identity (" + identity + ") must not be this JVM");
    }
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    register(future, "cannot send " + signal + " to process " + identity.pid());
    post(signal, () -> send(identity, signal, future));
    return future;
  }

  private void send(ProcessIdentity identity, Signal signal, CompletableFuture<Boolean> future) {
    try {
      Optional<ProcessStat> process = table.findAlive(identity);
      boolean wasAlive = process.filter(target -> signals.sendOrFail(target, signal)).isPresent();
      boolean ignored = future.complete(wasAlive);
    } catch (RuntimeException e) {
      boolean ignored = future.completeExceptionally(e);
    }
  }

  private <T> CompletableFuture<T> submit(ScanTask<T> task, Signal signal, String failure) {
    CompletableFuture<T> future = new CompletableFuture<>();
    register(future, failure);
    post(signal, () -> scheduler.add(task, future));
    return future;
  }

  /** Must be called before the request is posted, so that a concurrent close fails it. */
  private <T> void register(CompletableFuture<T> future, String failure) {
    PendingFuture registered = new PendingFuture(future, failure);
    pending.add(registered);
    CompletableFuture<T> ignored = future.whenComplete((result, e) -> pending.remove(registered));
  }

  private void post(Signal signal, Runnable body) {
    if (signal == Signal.TERM || signal == Signal.KILL) {
      loop.execute(body);
    } else {
      CompletableFuture<Void> ignored = loadSignals().thenRun(() -> loop.execute(body));
    }
    if (closed) {
      failPending();
    }
  }

  private synchronized CompletableFuture<Void> loadSignals() {
    if (signalsLoaded.isEmpty()) {
      signalsLoaded =
          Optional.of(
              CompletableFuture.runAsync(signals::loadNative, Threads.threadPerTask("signals"))
                  .exceptionally(e -> null));
    }
    return signalsLoaded.get();
  }

  private void failPending() {
    pending.forEach(PendingFuture::fail);
  }

  /**
   * Stops the thread and fails all pending requests. Waits at most 2 s for a running scan. Trees
   * stay in their current state. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    loop.close();
    failPending();
  }

  /** The future of a pending request. Compared by reference. */
  private static final class PendingFuture {
    private final CompletableFuture<?> future;
    private final String failureMessage;

    PendingFuture(CompletableFuture<?> future, String failureMessage) {
      this.future = future;
      this.failureMessage = failureMessage;
    }

    void fail() {
      String reason = ": the service was closed; signals already sent are not revoked";
      boolean ignored = future.completeExceptionally(new LuhprocException(failureMessage + reason));
    }
  }
}
