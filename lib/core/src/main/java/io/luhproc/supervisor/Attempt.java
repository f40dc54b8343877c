package io.luhproc.supervisor;

import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.health.Heartbeat;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.process.SpawnException;
import io.luhproc.service.Command;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.time.TimeSource;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.TreeScope;
import io.luhproc.tree.TreeStopService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One launch of a process: what comes before it, the launch itself, and how the process ends. It
 * runs in the lane of its process, but for calling it off, which anybody may do at any time.
 */
final class Attempt {
  private static final Duration LONGEST_SWEEP = Duration.ofSeconds(5);

  private final Means means;
  private final Place place;
  private final Site site;
  private final Reports reports;
  private volatile boolean calledOff;
  // Guarded by this: whether what comes before the process runs, and who is ending it.
  private boolean beforeRuns;
  private CompletableFuture<?> ending = CompletableFuture.completedFuture(null);
  // What was launched before this, and by this, if anything; belong to the lane.
  private Optional<Attempt> before = Optional.empty();
  private Optional<ProcessIdentity> former = Optional.empty();
  private Optional<ProcessIdentity> launched = Optional.empty();

  Attempt(Means means, Place place, Site site, Reports reports) {
    this.means = means;
    this.place = place;
    this.site = site;
    this.reports = reports;
  }

  /**
   * What every launch is made with.
   *
   * @param launching does it
   * @param trees ends what comes before a process
   * @param sweeping ends what a launch that failed left behind, and goes on trying while nothing
   *     can be seen
   * @param time the clocks
   * @param keepLogs keeps the logs of a process from now on
   */
  record Means(
      Launching launching,
      TreeStopService trees,
      BiConsumer<StopTreeRequest, Runnable> sweeping,
      TimeSource time,
      Consumer<Place> keepLogs) {}

  /** Notes which attempt of the same supervisor came before. */
  void follow(Attempt earlier) {
    before = Optional.of(earlier);
  }

  void run() {
    former = before.flatMap(it -> it.launched);
    // Or all that ever were would hang together, also where none is launched.
    before = Optional.empty();
    if (calledOff) {
      reports.launchFailed("it was called off", true);
      return;
    }
    try {
      recordWant();
      site.enclose(place.spec().limits().resources());
      forgetHeartbeat();
      Launching.Prepared prepared = means.launching().prepare(place, site.procsFiles());
      Optional<Command> before = place.spec().start().execStartPre();
      if (before.isPresent()) {
        runBefore(prepared, before.get());
      } else {
        launch(prepared);
      }
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** First of all: should we be killed now, the next supervisor knows what was wanted. */
  private void recordWant() {
    ProcessDirectory directory = place.home().directory();
    boolean ignored = directory.create();
    if (!directory.isDesiredUp()) {
      directory.writeDesiredState(true);
    }
  }

  /** One of the former process would say that the new one is well. */
  private void forgetHeartbeat() {
    try {
      Heartbeat.clear(path());
    } catch (IOException e) {
      LoggerFactory.getLogger(Attempt.class).warn("the heartbeat of {} stays", place, e);
    }
  }

  private Path path() {
    return place.home().directory().path();
  }

  // What comes before it.

  private void runBefore(Launching.Prepared prepared, Command before) {
    ChildProcess child = means.launching().before(prepared, before);
    synchronized (this) {
      beforeRuns = true;
      if (calledOff) {
        // Whoever called it off did so before it was there.
        endBefore(false);
      }
    }
    child.onExit(place.lane(), status -> goOn(prepared, before, status));
  }

  private void goOn(Launching.Prepared prepared, Command before, int status) {
    CompletableFuture<?> ends;
    synchronized (this) {
      beforeRuns = false;
      ends = ending;
    }
    String command = "the command before it (" + before.text() + ") ";
    if (calledOff) {
      // Who is ending it goes by the cookie of the directory, which the next launch has too.
      CompletableFuture<Void> ignored =
          ends.handle(
              (outcome, failure) -> sweepAndFail(command + "had not come to its end", true));
    } else if (status != 0) {
      String how = how(prepared, status);
      sweepAndFail(command + "failed: " + how + "; see its output in the logs", true);
    } else {
      try {
        launch(prepared);
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  private String how(Launching.Prepared prepared, int status) {
    return prepared
        .request()
        .preExecFailure()
        .orElseGet(() -> ProcessEnd.ofExitStatus(means.time().now(), status).reason());
  }

  /**
   * Lets nothing begin any more, and ends what comes before the process. The process itself, once
   * it is being launched, is stopped by whoever is told of it.
   */
  synchronized void callOff(boolean killAtOnce) {
    calledOff = true;
    if (beforeRuns) {
      endBefore(killAtOnce);
    }
  }

  private void endBefore(boolean killAtOnce) {
    StopPolicy stop = place.spec().stop();
    Duration grace = killAtOnce ? Duration.ZERO : stop.grace();
    StopTreeRequest request = new StopTreeRequest(cookie(), stop.signal(), grace, stop.timeout());
    ending = CompletableFuture.allOf(ending, means.trees().stop(request));
  }

  private TreeScope cookie() {
    return TreeScope.of(path(), Optional.empty());
  }

  // The launch.

  private void launch(Launching.Prepared prepared) {
    JournaledLauncher.Launched launch = means.launching().launch(place, prepared, former);
    launched = launch.record().identity();
    // Of one that was gone, and reaped, before we could look only the end is told.
    launched.ifPresent(
        it -> reports.launched(new Living(it, prepared.launch().time(), site.limitsEnforced())));
    launch.child().onExit(place.lane(), status -> exited(prepared, status));
    // Nobody waits for this, nor for the disk.
    keepLogs();
    launch.close();
  }

  /** The process lives by now, so whatever fails here is no failure of the launch. */
  private void keepLogs() {
    try {
      means.keepLogs().accept(place);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(Attempt.class).warn("the logs of {} are not kept", place, e);
    }
  }

  private void failed(Throwable e) {
    boolean isRefused = e instanceof SpawnException;
    boolean passing = !(e instanceof SpawnException refused) || refused.isRetriable();
    String why = Causes.message(e);
    if (isRefused && place.spec().start().execStartPre().isEmpty()) {
      reports.launchFailed(why, passing);
    } else {
      sweepAndFail(why, passing);
    }
  }

  /**
   * Something may have been started before it failed: a thread may be missing, or the disk full.
   */
  private @Nullable Void sweepAndFail(String why, boolean passing) {
    StopTreeRequest sweep =
        new StopTreeRequest(cookie(), Signal.TERM, Duration.ZERO, LONGEST_SWEEP);
    means.sweeping().accept(sweep, () -> reports.launchFailed(why, passing));
    return null;
  }

  // The end.

  private void exited(Launching.Prepared prepared, int status) {
    ProcessEnd end = ProcessEnd.ofExitStatus(means.time().now(), status);
    reports.exited(cause(prepared, end), OptionalInt.of(status));
  }

  private Cause cause(Launching.Prepared prepared, ProcessEnd end) {
    Optional<String> notSetUp = prepared.request().preExecFailure();
    if (notSetUp.isPresent()) {
      return new Cause(Cause.Kind.START_FAILED, notSetUp.get());
    }
    boolean killed = end.signal().filter(it -> it == Signal.KILL).isPresent();
    return killed && site.ranOutOfMemory()
        ? Causes.OUT_OF_MEMORY
        : Causes.of(EndRecord.complete(place, end));
  }
}
