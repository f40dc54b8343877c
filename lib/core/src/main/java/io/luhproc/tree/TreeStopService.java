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
 * Ends any number of trees at the same time on one daemon thread, each as {@link TreeStopper} does
 * it and with the same proof. The process table is looked through once for all who need it at that
 * moment, and the environment of a process is read once for each program that it runs.
 *
 * <p>A sweep is a stop whose root has left by itself: usually nothing is found, and one look proves
 * it. How often one tree has the whole table looked through, before this class was there and now:
 *
 * <pre>
 *                                        TreeStop alone      TreeStops
 *   nothing is left                      1 stat + environ    1 stat, shared
 *   all leave when asked                 2 stat + environ    2 stat, shared
 *   somebody is killed after the grace   3 stat + environ    3 stat, shared
 * </pre>
 *
 * <p>and the environment of who came since the last look. During a grace only one of the known
 * members is looked at, up to every 20 ms.
 *
 * <p>Futures complete on the one thread: what depends on one must be short or have an executor of
 * its own. Whoever completes or cancels a future leaves that tree as it is then. What a signal
 * other than TERM and KILL needs, see {@link Posix}, is loaded by a thread of its own when the
 * first is asked for; only a fork storm and a member stopped by SIGSTOP may keep all waiting for
 * it, once. Every method may be called by any thread.
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
  // Guarded by this.
  private Optional<CompletableFuture<Void>> signalsLoaded = Optional.empty();

  private TreeStopService(ProcessTable table, SignalSender signals, TimeSource time) {
    this.table = table;
    this.signals = signals;
    this.time = time;
    this.scheduler = new ScanScheduler(table, time, this::schedule);
    this.loop = EventLoop.start("trees", time, scheduler::runDue);
  }

  /** Starts the thread; it works on a process table, of this machine. */
  public static TreeStopService start(ProcessTable table, Posix posix, TimeSource time) {
    return new TreeStopService(table, new IdentityCheckedSignalSender(table, posix), time);
  }

  private Timers.Timer schedule(Duration delay, Runnable body) {
    return loop.schedule(delay, body);
  }

  /**
   * Stops a tree, see {@link TreeStopper#stop(StopTreeRequest)}; its timeout begins now.
   *
   * @return completes with what was found and done, and who is still alive; fails with a {@link
   *     LuhprocException} when the process table could not be read until the time was over, when a
   *     confinement is still populated then by nobody who can be seen, and when this is closed
   */
  public CompletableFuture<StopTreeResult> stop(StopTreeRequest request) {
    return submit(
        new StopTreeTask(request, table, signals, time),
        request.signal(),
        "cannot stop the tree of " + request.scope().directory());
  }

  /**
   * Sends a signal to everybody of a tree whom one look shows, each compared by identity right
   * before; never to this JVM.
   *
   * @return completes with why some of them did not get it, who may not be signalled (EPERM); empty
   *     when all did, or have left meanwhile; fails as {@link #stop(StopTreeRequest)} does
   */
  public CompletableFuture<List<String>> signal(TreeScope scope, Signal signal) {
    TreeTracker tree = new TreeTracker(table, scope, table.currentPid());
    Deadline end = Deadline.after(time, SIGNAL_TIMEOUT);
    return submit(
        new SignalTreeTask(tree, signal, signals, end),
        signal,
        "cannot send " + signal + " to the tree of " + scope.directory());
  }

  /**
   * Sends a signal to exactly one process, compared by identity right before.
   *
   * @return completes with whether it lived; fails with a {@link LuhprocException} when it may not
   *     be signalled (EPERM), and when this is closed
   * @throws IllegalArgumentException when it is this JVM
   */
  public CompletableFuture<Boolean> signal(ProcessIdentity identity, Signal signal) {
    if (identity.pid() == table.currentPid()) {
      throw new IllegalArgumentException("who (" + identity + ") must not be this JVM");
    }
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    register(future, "cannot send " + signal + " to process " + identity.pid());
    post(signal, () -> send(identity, signal, future));
    return future;
  }

  private void send(ProcessIdentity identity, Signal signal, CompletableFuture<Boolean> future) {
    try {
      Optional<ProcessStat> entry = table.findAlive(identity);
      boolean wasAlive = entry.filter(it -> signals.sendOrFail(it, signal)).isPresent();
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

  /** To be called before anything is done for an answer, so that a close always fails it. */
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
   * Ends the thread, waiting at most 2 s for what it does now, and fails what is not yet answered.
   * Trees stay as they are then.
   */
  @Override
  public void close() {
    closed = true;
    loop.close();
    failPending();
  }

  /** An answer that somebody waits for; one is never equal to another. */
  private static final class PendingFuture {
    private final CompletableFuture<?> future;
    private final String failureMessage;

    PendingFuture(CompletableFuture<?> future, String failureMessage) {
      this.future = future;
      this.failureMessage = failureMessage;
    }

    void fail() {
      String reason = ": what stops trees was closed; signals that were sent stay sent";
      boolean ignored = future.completeExceptionally(new LuhprocException(failureMessage + reason));
    }
  }
}
