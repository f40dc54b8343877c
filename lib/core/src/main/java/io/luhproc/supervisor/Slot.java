package io.luhproc.supervisor;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The running state of one process of a service beside what the machine knows of it. Belongs to the
 * supervisor's thread; does what the machine decided, and turns what is told of it into inputs.
 */
final class Slot {
  // What was adopted comes before all launches of our own.
  private static final long ADOPTED = 1;
  private static final String WAS_WANTED = "it was wanted up when a former supervisor ended";

  private final Unit unit;
  private final Tools tools;
  private final Watches watches;
  private final Map<LifeTimer, Timers.Timer> timers = new HashMap<>();
  private Place place;
  private int index;

  private Optional<Living> living = Optional.empty();
  // Remains known when it has ended: what it left behind is found by it.
  private Optional<ProcessIdentity> root = Optional.empty();
  // That it be launched was asked for, was given up, and has not been answered.
  private boolean launching;
  private boolean aborted;
  private boolean abortedAtOnce;
  private boolean paused;
  private long launches;
  private Instant since;
  private Optional<Instant> nextTry = Optional.empty();
  private OptionalInt exitCode = OptionalInt.empty();

  Slot(Unit unit, Tools tools, Place place, int index) {
    this.unit = unit;
    this.tools = tools;
    this.place = place;
    this.index = index;
    this.since = tools.time().now();
    this.watches = new Watches(this, unit, tools);
  }

  Place place() {
    return place;
  }

  void place(Place next) {
    place = next;
  }

  int index() {
    return index;
  }

  void index(int next) {
    index = next;
  }

  Optional<Living> living() {
    return living;
  }

  boolean isPaused() {
    return paused;
  }

  /** A frozen process answers no health check, and is not to be restarted for that. */
  void paused(Living who, boolean frozen) {
    if (living.filter(who::equals).isEmpty()) {
      return;
    }
    paused = frozen;
    if (frozen) {
      watches.suspendHealth();
    } else if (unit.isRunning(this) || unit.isIn(this, ProcessState.STARTING)) {
      watches.beginHealth(unit.generation(this));
    }
  }

  // What the machine decided.

  void launch(long generation) {
    launching = true;
    aborted = false;
    abortedAtOnce = false;
    root = Optional.empty();
    launches++;
    exitCode = OptionalInt.empty();
    watches.forgetHealth();
    tools.world().launch(place, new Posted(generation, Optional.empty()));
  }

  void stopTree(long generation, boolean killAtOnce) {
    tools.world().recordWant(place, unit.isWanted(this));
    tools.world().stop(place, root, killAtOnce, new Posted(generation, living));
  }

  void sweepTree(long generation) {
    tools.world().sweep(place, root, new Posted(generation, living));
  }

  /** A launch that nobody wants any more need not go on to its end; told once, and to hurry. */
  void abortLaunch(boolean killAtOnce) {
    boolean told = aborted && (abortedAtOnce || !killAtOnce);
    if (launching && !told) {
      aborted = true;
      abortedAtOnce = killAtOnce;
      tools.world().recordWant(place, unit.isWanted(this));
      tools.world().abort(place, killAtOnce);
    }
  }

  void arm(LifeTimer timer, Duration delay) {
    if (timer.purpose() == LifeTimer.Purpose.BACKOFF) {
      nextTry = Optional.of(tools.time().now().plus(delay));
    }
    timers.put(timer, tools.timers().schedule(delay, () -> fire(timer)));
  }

  private void fire(LifeTimer timer) {
    timers.remove(timer);
    if (paused && timer.purpose() == LifeTimer.Purpose.START_TIMEOUT) {
      // While it is frozen it cannot become well.
      arm(timer, place.spec().start().timeout());
      return;
    }
    unit.feed(this, new Input.TimerFired(index, timer));
  }

  void disarm(LifeTimer timer) {
    Timers.Timer armed = timers.remove(timer);
    if (armed != null) {
      armed.cancel();
    }
  }

  void beginHealth(long generation) {
    watches.beginHealth(generation);
  }

  void endHealth() {
    watches.suspendHealth();
  }

  // What takes effect while it lives.

  void renewHealth() {
    if (!paused && (watches.isCheckingHealth() || unit.isRunning(this))) {
      watches.beginHealth(unit.generation(this));
    }
  }

  void renewMemoryWatch() {
    watches.beginMemory(unit.generation(this));
  }

  /** Returns what completes on the supervisor's thread when the limits are what they are to be. */
  CompletableFuture<Void> applyLimits() {
    Living now = living.orElseThrow();
    CompletableFuture<LimitReport> answer = new CompletableFuture<>();
    tools.world().applyLimits(place, now, answer::complete);
    return answer.thenAcceptAsync(enforced -> limits(now, enforced), tools.loop());
  }

  private void limits(Living of, LimitReport enforced) {
    if (living.filter(of::equals).isPresent()) {
      living = Optional.of(new Living(of.identity(), of.started(), enforced));
      unit.limitsChanged(this, enforced);
    }
  }

  void changed(ProcessState from, ProcessState to, Cause cause) {
    unit.changed(this, from, to, cause);
    since = tools.time().now();
    if (to != ProcessState.BACKOFF) {
      nextTry = Optional.empty();
    }
    switch (to) {
      case INACTIVE -> {
        tools.world().recordWant(place, false);
        tools.world().vacate(place);
      }
      case EXITED, FAILED -> {
        recordEnd(to, cause);
        tools.world().vacate(place);
      }
      case BACKOFF -> recordEnd(to, cause);
      case BLOCKED -> tools.world().recordWant(place, true);
      case STARTING, RUNNING, STOPPING -> {
        // A launch describes itself, and the rest is soon over.
      }
    }
  }

  /** Of one that is launched again in the same step, the launch would replace it at once. */
  private void recordEnd(ProcessState state, Cause cause) {
    if (unit.isIn(this, state)) {
      tools.world().recordEnd(place, cause, exitCode);
    }
  }

  // What a former supervisor left.

  /** Takes over what was found; the machine hears of it as if it had been launched by it. */
  void take(Found found) {
    switch (found.trace()) {
      case LIVING -> adopt(found.living().orElseThrow(), found);
      case LAUNCHED -> {
        if (found.wanted()) {
          launches = 1;
          unit.feed(new Input.Adopted(index, ADOPTED));
          unit.feed(exitOf(found, ADOPTED));
        }
      }
      case REMAINS -> endRemains(found.wanted());
      case NOTHING -> {
        if (found.wanted()) {
          unit.feed(new Input.Start(Set.of(index), WAS_WANTED));
        }
      }
    }
  }

  private void adopt(Living process, Found found) {
    launches = 1;
    live(process);
    paused = found.paused();
    unit.adopted(this, process, found.origin());
    unit.feed(new Input.Adopted(index, ADOPTED));
    tools.world().adopt(place, process, new Posted(ADOPTED, living));
    watches.beginMemory(ADOPTED);
    if (!found.wanted()) {
      unit.feed(new Input.Stop(Set.of(index), "it was being stopped"));
    }
  }

  /** The process is gone but not its tree: this is ended first, whatever is wanted. */
  private void endRemains(boolean wanted) {
    unit.feed(new Input.Adopted(index, ADOPTED));
    unit.feed(
        wanted
            ? new Input.Restart(Set.of(index), WAS_WANTED)
            : new Input.Stop(Set.of(index), "it was being stopped"));
  }

  private Input exitOf(Found found, long generation) {
    if (found.end().isEmpty()) {
      Cause cause = new Cause(Cause.Kind.UNKNOWN, "ended while no supervisor watched");
      return new Input.Exited(index, generation, cause, OptionalInt.empty());
    }
    OptionalInt code = found.end().get().exitCode();
    Cause cause = Causes.of(found.end().get());
    return new Input.Exited(index, generation, cause, code);
  }

  private void live(Living process) {
    living = Optional.of(process);
    root = Optional.of(process.identity());
  }

  // What is shown.

  ProcessStatus status(ProcessLife life) {
    return new ProcessStatus(
        place.instance(),
        life.state(),
        life.wanted(),
        living.map(Living::identity),
        since,
        nextTry,
        life.retries(),
        Math.max(0, launches - 1),
        Optional.of(life.cause()),
        watches.tally(),
        living.map(Living::limits).orElse(LimitReport.none()),
        paused,
        place.home().directory().path());
  }

  /** Lets go of everything that watches the process; the process itself is left alone. */
  void leave() {
    timers.values().forEach(Timers.Timer::cancel);
    timers.clear();
    watches.close();
  }

  /** What is told of one launch, taken to the supervisor's thread. */
  private final class Posted implements Reports {
    private final long generation;
    // What was launched; a later launch may be told of before the end of this one is.
    private Optional<Living> mine;

    Posted(long generation, Optional<Living> launched) {
      this.generation = generation;
      this.mine = launched;
    }

    @Override
    public void launched(Living process) {
      tools.loop().execute(() -> onLaunched(process));
    }

    private void onLaunched(Living process) {
      launching = false;
      mine = Optional.of(process);
      live(process);
      paused = false;
      unit.launched(Slot.this, process);
      unit.feed(Slot.this, new Input.Launched(index, generation));
      watches.beginMemory(generation);
    }

    @Override
    public void launchFailed(String why, boolean passing) {
      tools.loop().execute(() -> onLaunchFailed(why, passing));
    }

    private void onLaunchFailed(String why, boolean passing) {
      launching = false;
      unit.feed(Slot.this, new Input.LaunchFailed(index, generation, why, passing));
    }

    @Override
    public void exited(Cause cause, OptionalInt code) {
      tools.loop().execute(() -> onExited(cause, code));
    }

    private void onExited(Cause cause, OptionalInt code) {
      if (isCurrent()) {
        launching = false;
        exitCode = code;
      }
      mine.ifPresent(it -> unit.exited(Slot.this, it.identity(), cause));
      forgetMine();
      unit.feed(Slot.this, new Input.Exited(index, generation, cause, code));
    }

    @Override
    public void treeGone() {
      tools.loop().execute(this::onTreeGone);
    }

    /** How it ended may be told later; that nothing of it lives is proved now. */
    private void onTreeGone() {
      mine.ifPresent(it -> unit.gone(it.identity()));
      forgetMine();
      unit.feed(Slot.this, new Input.TreeGone(index, generation));
    }

    @Override
    public void treeStuck(String survivors) {
      tools
          .loop()
          .execute(() -> unit.feed(Slot.this, new Input.TreeStuck(index, generation, survivors)));
    }

    private boolean isCurrent() {
      return living.isEmpty() || living.equals(mine);
    }

    private void forgetMine() {
      if (living.isPresent() && living.equals(mine)) {
        living = Optional.empty();
        watches.endMemory();
        paused = false;
      }
    }
  }
}
