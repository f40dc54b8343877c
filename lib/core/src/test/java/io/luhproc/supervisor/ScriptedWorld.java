package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.CheckRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A world in virtual time. Everything that is asked of it goes well and is answered after a while,
 * unless the test says otherwise; processes are named {@code service/process}. It fails as soon as
 * there would be two of one process, and when one is launched that may not be.
 */
final class ScriptedWorld implements World {
  private final Timers timers;
  private final TimeSource time;
  private final Map<String, Being> beings = new HashMap<>();
  private final Map<String, String> launchFailures = new HashMap<>();
  private final Set<String> hanging = new HashSet<>();
  private final Set<String> stuck = new HashSet<>();
  private final Map<String, String> unreachable = new HashMap<>();
  private final Map<String, Found> leftBehind = new HashMap<>();
  private final List<String> done = new ArrayList<>();
  private Supplier<Duration> delays = () -> Duration.ofMillis(10);
  private Consumer<Place> launchCheck = place -> {};
  private long nextPid = 100;

  /** One launch, from the order until it is proved gone. */
  private final Map<String, String> undeletable = new HashMap<>();

  private static final class Being {
    private final Reports reports;
    private Optional<Living> living = Optional.empty();
    private boolean ended;

    Being(Reports reports) {
      this.reports = reports;
    }
  }

  ScriptedWorld(Timers timers, TimeSource time) {
    this.timers = timers;
    this.time = time;
  }

  // The script.

  /** Sets how long each answer takes. */
  void answersAfter(Supplier<Duration> delay) {
    delays = delay;
  }

  /** Is asked before each launch. */
  void onLaunch(Consumer<Place> check) {
    launchCheck = check;
  }

  void failsToLaunch(String process, String why) {
    launchFailures.put(process, why);
  }

  /** Orders about it are not answered. */
  void hangs(String process) {
    hanging.add(process);
  }

  /** It cannot be ended. */
  void cannotBeDeleted(String process, String why) {
    undeletable.put(process, why);
  }

  void cannotBeSignalled(String process, String why) {
    unreachable.put(process, why);
  }

  void cannotBeEnded(String process) {
    stuck.add(process);
  }

  void leftBehind(String process, Found found) {
    leftBehind.put(process, found);
  }

  void goesWell(String process) {
    launchFailures.remove(process);
    hanging.remove(process);
    stuck.remove(process);
  }

  /** It dies by itself, when it lives; returns whether it did. */
  boolean dies(String process, int code) {
    Being being = beings.get(process);
    if (being == null || being.living.isEmpty() || being.ended) {
      return false;
    }
    ends(being, Cause.exitCode(code), code);
    return true;
  }

  private void ends(Being being, Cause cause, int code) {
    being.ended = true;
    later(() -> being.reports.exited(cause, OptionalInt.of(code)));
  }

  // What there is.

  /** Returns whether something of a process lives, or may. */
  boolean isThere(String process) {
    return beings.containsKey(process);
  }

  boolean isEmpty() {
    return beings.isEmpty();
  }

  Set<Long> pids() {
    Set<Long> pids = new HashSet<>();
    beings.values().stream()
        .filter(it -> !it.ended)
        .forEach(it -> it.living.ifPresent(living -> pids.add(living.identity().pid())));
    return pids;
  }

  /** Returns what was done, such as {@code launch shop/web}, and forgets it. */
  List<String> done() {
    List<String> taken = List.copyOf(done);
    done.clear();
    return taken;
  }

  private void note(String what, Place place) {
    done.add(what + " " + place);
  }

  private void later(Runnable body) {
    timers.schedule(delays.get(), body);
  }

  // What is asked.

  @Override
  public Executor lane(Path directory) {
    return Runnable::run;
  }

  @Override
  public void vacate(Place place) {
    // There are no control groups here.
  }

  @Override
  public List<Found> find(List<Place> places) {
    return places.stream()
        .map(place -> leftBehind.getOrDefault(place.toString(), Found.NOTHING))
        .toList();
  }

  @Override
  public void launch(Place place, Reports reports) {
    String name = place.toString();
    assertThat(beings).as("lives when it is launched again").doesNotContainKey(name);
    launchCheck.accept(place);
    note("launch", place);
    Being being = new Being(reports);
    beings.put(name, being);
    if (!hanging.contains(name)) {
      later(() -> comesToLife(name, being));
    }
  }

  private void comesToLife(String name, Being being) {
    String failure = launchFailures.get(name);
    if (failure != null) {
      beings.remove(name, being);
      being.reports.launchFailed(failure, true);
      return;
    }
    Living living = living();
    being.living = Optional.of(living);
    being.reports.launched(living);
  }

  Living living() {
    return new Living(new ProcessIdentity(nextPid++, 1, "boot"), time.now(), LimitReport.none());
  }

  @Override
  public void abort(Place place, boolean killAtOnce) {
    note("abort", place);
  }

  @Override
  public void adopt(Place place, Living living, Reports reports) {
    note("adopt", place);
    Being being = new Being(reports);
    being.living = Optional.of(living);
    beings.put(place.toString(), being);
  }

  @Override
  public void stop(
      Place place, Optional<ProcessIdentity> root, boolean killAtOnce, Reports reports) {
    note(killAtOnce ? "kill" : "stop", place);
    end(place.toString(), reports);
  }

  @Override
  public void sweep(Place place, Optional<ProcessIdentity> root, Reports reports) {
    end(place.toString(), reports);
  }

  /** How it ended is told on another way than that it is gone, and so before it or after it. */
  private void end(String name, Reports reports) {
    if (stuck.contains(name)) {
      later(() -> reports.treeStuck("alive still: 7"));
    } else if (!hanging.contains(name)) {
      Being being = beings.get(name);
      if (being != null && !being.ended && being.living.isPresent()) {
        ends(being, Cause.signal("SIGTERM"), 143);
      }
      later(
          () -> {
            if (being != null) {
              beings.remove(name, being);
            }
            reports.treeGone();
          });
    }
  }

  @Override
  public void recordWant(Place place, boolean up) {
    // Nothing is written.
  }

  @Override
  public void recordEnd(Place place, Cause cause, OptionalInt exitCode) {
    // Nothing is written.
  }

  @Override
  public AutoCloseable beginHealth(Place place, Living living, Consumer<CheckRecord> results) {
    note("check", place);
    return () -> note("uncheck", place);
  }

  @Override
  public AutoCloseable watchMemory(Place place, Living living, Consumer<String> exceeded) {
    note("watch", place);
    return () -> note("unwatch", place);
  }

  @Override
  public void signal(Place place, Living living, Signal signal, Consumer<String> answer) {
    note(signal.toString(), place);
    later(() -> answer.accept(unreachable.getOrDefault(place.toString(), "")));
  }

  @Override
  public void pause(Place place, Living living, boolean frozen, Consumer<String> answer) {
    note(frozen ? "pause" : "resume", place);
    later(() -> answer.accept(""));
  }

  @Override
  public void applyLimits(Place place, Living living, Consumer<LimitReport> answer) {
    note("limit", place);
    LimitReport refused =
        LimitReport.notEnforced(place.spec().limits().resources(), "no groups here", "make some");
    later(() -> answer.accept(refused));
  }

  @Override
  public void delete(Place place, Consumer<String> answer) {
    assertThat(beings)
        .as("lives when its directory is deleted")
        .doesNotContainKey(place.toString());
    note("delete", place);
    later(() -> answer.accept(undeletable.getOrDefault(place.toString(), "")));
  }

  @Override
  public void close() {
    // It has nothing to close.
  }
}
