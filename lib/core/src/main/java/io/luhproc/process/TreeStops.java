package io.luhproc.process;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
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
 * Ends any number of trees at the same time on one daemon thread, each as {@link TreeStop} does it
 * and with the same proof. The process table is looked through once for all who need it at that
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
public final class TreeStops implements AutoCloseable {
  private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(5);

  private final ProcessTable table;
  private final Signals signals;
  private final TimeSource time;
  private final Rounds rounds;
  private final EventLoop loop;
  private final Set<Unanswered> unanswered = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  // Guarded by this.
  private Optional<CompletableFuture<Void>> loading = Optional.empty();

  private TreeStops(ProcessTable table, Signals signals, TimeSource time) {
    this.table = table;
    this.signals = signals;
    this.time = time;
    this.rounds = new Rounds(table, time, this::after);
    this.loop = EventLoop.start("trees", time, rounds::turn);
  }

  /** Starts the thread; it works on a process table, of this machine. */
  public static TreeStops start(ProcessTable table, Posix posix, TimeSource time) {
    return new TreeStops(table, new VerifiedSignals(table, posix), time);
  }

  private Timers.Timer after(Duration delay, Runnable body) {
    return loop.after(delay, body);
  }

  /**
   * Stops a tree, see {@link TreeStop#stop(TreeRequest)}; its timeout begins now.
   *
   * @return completes with what was found and done, and who is still alive; fails with a {@link
   *     LuhprocException} when the process table could not be read until the time was over, when a
   *     confinement is still populated then by nobody who can be seen, and when this is closed
   */
  public CompletableFuture<TreeOutcome> stop(TreeRequest request) {
    return run(
        new Stopping(request, table, signals, time),
        request.signal(),
        "cannot stop the tree of " + request.scope().directory());
  }

  /**
   * Sends a signal to everybody of a tree whom one look shows, each compared by identity right
   * before; never to this JVM.
   *
   * @return completes with why some of them did not get it, who may not be signalled (EPERM); empty
   *     when all did, or have left meanwhile; fails as {@link #stop(TreeRequest)} does
   */
  public CompletableFuture<List<String>> signal(TreeScope scope, Signal signal) {
    ProcessTree tree = new ProcessTree(table, scope, table.self());
    Deadline end = Deadline.after(time, SIGNAL_TIMEOUT);
    return run(
        new Signalling(tree, signal, signals, end),
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
  public CompletableFuture<Boolean> signal(ProcessIdentity who, Signal signal) {
    if (who.pid() == table.self()) {
      throw new IllegalArgumentException("who (" + who + ") must not be this JVM");
    }
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    register(answer, "cannot send " + signal + " to process " + who.pid());
    post(signal, () -> send(who, signal, answer));
    return answer;
  }

  private void send(ProcessIdentity who, Signal signal, CompletableFuture<Boolean> answer) {
    try {
      Optional<ProcessEntry> entry = table.findAlive(who);
      boolean lived = entry.filter(it -> signals.sendOrFail(it, signal)).isPresent();
      boolean ignored = answer.complete(lived);
    } catch (RuntimeException e) {
      boolean ignored = answer.completeExceptionally(e);
    }
  }

  private <T> CompletableFuture<T> run(Errand<T> errand, Signal signal, String failure) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    register(answer, failure);
    post(signal, () -> rounds.add(errand, answer));
    return answer;
  }

  /** To be called before anything is done for an answer, so that a close always fails it. */
  private <T> void register(CompletableFuture<T> answer, String failure) {
    Unanswered registered = new Unanswered(answer, failure);
    unanswered.add(registered);
    CompletableFuture<T> ignored =
        answer.whenComplete((result, e) -> unanswered.remove(registered));
  }

  private void post(Signal signal, Runnable body) {
    if (signal == Signal.TERM || signal == Signal.KILL) {
      loop.execute(body);
    } else {
      CompletableFuture<Void> ignored = load().thenRun(() -> loop.execute(body));
    }
    if (closed) {
      failUnanswered();
    }
  }

  private synchronized CompletableFuture<Void> load() {
    if (loading.isEmpty()) {
      loading =
          Optional.of(
              CompletableFuture.runAsync(signals::load, Threads.eachOnDaemon("signals"))
                  .exceptionally(e -> null));
    }
    return loading.get();
  }

  private void failUnanswered() {
    unanswered.forEach(Unanswered::fail);
  }

  /**
   * Ends the thread, waiting at most 2 s for what it does now, and fails what is not yet answered.
   * Trees stay as they are then.
   */
  @Override
  public void close() {
    closed = true;
    loop.close();
    failUnanswered();
  }

  /** An answer that somebody waits for; one is never equal to another. */
  private static final class Unanswered {
    private final CompletableFuture<?> answer;
    private final String failure;

    Unanswered(CompletableFuture<?> answer, String failure) {
      this.answer = answer;
      this.failure = failure;
    }

    void fail() {
      String why = ": what stops trees was closed; signals that were sent stay sent";
      boolean ignored = answer.completeExceptionally(new LuhprocException(failure + why));
    }
  }
}
