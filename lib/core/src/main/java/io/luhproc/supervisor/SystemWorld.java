package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import io.luhproc.cgroup.Cgroups;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.RecordedLaunch;
import io.luhproc.health.HealthProbe;
import io.luhproc.health.HealthRecord;
import io.luhproc.health.HealthTarget;
import io.luhproc.health.HealthTools;
import io.luhproc.health.Heartbeat;
import io.luhproc.log.LogWard;
import io.luhproc.posix.Posix;
import io.luhproc.process.Launcher;
import io.luhproc.process.LimitsEnforced;
import io.luhproc.process.OutputMode;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessEntry;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessTable;
import io.luhproc.process.Signal;
import io.luhproc.process.TreeOutcome;
import io.luhproc.process.TreeRequest;
import io.luhproc.process.TreeScope;
import io.luhproc.process.TreeStops;
import io.luhproc.service.Command;
import io.luhproc.service.StopPolicy;
import io.luhproc.time.HumanText;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The system that this JVM runs on: real processes, directories, control groups and checks. */
final class SystemWorld implements World {
  private static final int LANE_THREADS = 8;
  private static final Duration MEMORY_PAUSE = Duration.ofSeconds(2);

  private final TimeSource time;
  private final Timers timers;
  private final ProcessTable table;
  private final Supplier<Cgroups> cgroups;
  private final ThreadPool pool = ThreadPool.upTo(LANE_THREADS, "services");
  private final Lanes lanes = new Lanes(pool);
  private final Launching launching;
  private final Environment environment;
  private final ExitWatch exits;
  private final TreeStops trees;
  private final LogWard ward;
  private final HealthTools health;
  private final Map<Path, Site> sites = new ConcurrentHashMap<>();

  SystemWorld(Timers timers, Supplier<Cgroups> cgroups, Map<String, String> variables) {
    this.time = TimeSource.system();
    this.timers = timers;
    this.table = ProcessTable.system();
    this.cgroups = cgroups;
    this.environment = Environment.inheriting(variables);
    Launcher launcher = Launcher.searching(variables.getOrDefault("PATH", "/usr/bin:/bin"));
    this.launching = new Launching(launcher, environment, table, time);
    this.exits = new ExitWatch(table, timers);
    this.trees = TreeStops.start(table, Posix.lazy(), time);
    this.ward = LogWard.start(time, Posix.lazy(), this::refresh);
    this.health = HealthTools.using(timers, time);
  }

  private void refresh(Path directory) {
    ProcessDirectory.at(directory).keepFresh(time.now());
  }

  /** Returns a lane for one more process. */
  Executor lane() {
    return lanes.lane();
  }

  private Site site(Place place) {
    return sites.computeIfAbsent(
        path(place), path -> new Site(cgroups, String.valueOf(path.getFileName())));
  }

  private static Path path(Place place) {
    return place.home().directory().path();
  }

  // Launch.

  @Override
  public void launch(Place place, Reports reports) {
    place.lane().execute(() -> prepare(place, reports));
  }

  private void prepare(Place place, Reports reports) {
    try {
      recordWant(place.home().directory(), true);
      Site site = site(place);
      site.enclose(place.spec().limits().resources());
      forgetHeartbeat(place);
      Launching.Prepared prepared = launching.prepare(place, site.procsFiles());
      Optional<Command> before = place.spec().start().before();
      if (before.isPresent()) {
        runBefore(place, prepared, before.get(), reports);
      } else {
        launch(place, prepared, reports);
      }
    } catch (RuntimeException e) {
      reports.launchFailed(message(e));
    }
  }

  /** One of the former process would say that the new one is well. */
  private static void forgetHeartbeat(Place place) {
    try {
      Heartbeat.forget(path(place));
    } catch (IOException e) {
      LoggerFactory.getLogger(SystemWorld.class).warn("the heartbeat of {} stays", place, e);
    }
  }

  private void runBefore(
      Place place, Launching.Prepared prepared, Command before, Reports reports) {
    Process process = launching.before(prepared, before);
    ExitWatch.ofChild(process, place.lane(), status -> goOn(place, prepared, status, reports));
  }

  private void goOn(Place place, Launching.Prepared prepared, int status, Reports reports) {
    if (status != 0) {
      String how = ProcessEnd.ofStatus(time.now(), status).reason();
      reports.launchFailed("the command before it " + how + "; see its output in the logs");
      return;
    }
    try {
      launch(place, prepared, reports);
    } catch (RuntimeException e) {
      reports.launchFailed(message(e));
    }
  }

  private void launch(Place place, Launching.Prepared prepared, Reports reports) {
    RecordedLaunch.Launched launched = launching.launch(place, prepared);
    Optional<ProcessIdentity> who = launched.description().identity();
    if (who.isEmpty()) {
      // It was gone, and reaped, before we could look: as good as a launch that failed.
      launched.close();
      reports.launchFailed("it ended before it could be looked at");
      return;
    }
    reports.launched(new Living(who.get(), prepared.launch().time(), site(place).limitsEnforced()));
    ExitWatch.ofChild(
        launched.process(), place.lane(), status -> exited(place, prepared, status, reports));
    // Nobody waits for this, nor for the disk.
    keepLogs(place);
    launched.close();
  }

  /** A task of an app keeps its own logs, so that they are kept when no supervisor lives. */
  private void keepLogs(Place place) {
    boolean hasFiles = place.spec().output().mode() != OutputMode.TERMINAL;
    if (hasFiles && !(place.spec().command() instanceof Command.OfTask)) {
      ward.add(path(place), place.spec().output().logs());
    }
  }

  private void exited(Place place, Launching.Prepared prepared, int status, Reports reports) {
    ProcessEnd end = ProcessEnd.ofStatus(time.now(), status);
    Optional<String> setUp = prepared.request().setup().flatMap(it -> it.failure());
    if (setUp.isPresent()) {
      reports.exited(
          new Cause(Cause.Kind.START_FAILED, "cannot be set up: " + setUp.get()),
          OptionalInt.of(status));
    } else if (end.signal().filter(it -> it == Signal.KILL).isPresent()
        && site(place).ranOutOfMemory()) {
      reports.exited(
          new Cause(Cause.Kind.OUT_OF_MEMORY, "killed because its memory limit was reached"),
          OptionalInt.of(status));
    } else {
      reports.exited(Causes.of(EndRecord.complete(place, end)), OptionalInt.of(status));
    }
  }

  @Override
  public void abort(Place place) {
    StopPolicy stop = place.spec().stop();
    // What comes before the process carries the cookie of its directory, so it is found by that.
    CompletableFuture<TreeOutcome> ignored =
        trees.stop(
            new TreeRequest(
                TreeScope.of(path(place), Optional.empty()),
                stop.signal(),
                stop.grace(),
                stop.timeout()));
  }

  // Adoption.

  /** Returns what finds out what former supervisors left at this moment. */
  Remnants remnants() {
    return new Remnants(table, time);
  }

  /** Returns what a former supervisor left of a process; called before it is added. */
  Found find(Place place, Remnants remnants) {
    if (!place.home().directory().exists()) {
      return Found.NOTHING;
    }
    Site site = site(place);
    site.find(place.spec().limits().resources());
    keepLogs(place);
    return remnants.find(place, site.limitsEnforced());
  }

  @Override
  public void adopt(Place place, Living living, Reports reports) {
    exits.ofStranger(
        living.identity(), () -> place.lane().execute(() -> EndRecord.tell(place, reports)));
  }

  // Stop.

  @Override
  public void stop(
      Place place, Optional<ProcessIdentity> root, boolean killAtOnce, Reports reports) {
    StopPolicy policy = place.spec().stop();
    Duration grace = killAtOnce ? Duration.ZERO : policy.grace();
    // After what is to be recorded: a supervisor that is killed now must not leave one that is
    // being stopped and recorded as wanted up.
    place.lane().execute(() -> end(place, root, policy.signal(), grace, reports));
  }

  @Override
  public void sweep(Place place, Optional<ProcessIdentity> root, Reports reports) {
    end(place, root, Signal.TERM, place.spec().stop().grace(), reports);
  }

  private void end(
      Place place, Optional<ProcessIdentity> root, Signal signal, Duration grace, Reports reports) {
    TreeRequest request =
        new TreeRequest(scope(place, root), signal, grace, place.spec().stop().timeout());
    CompletableFuture<Void> ignored =
        trees.stop(request).handle((outcome, failure) -> ended(outcome, failure, reports));
  }

  private TreeScope scope(Place place, Optional<ProcessIdentity> root) {
    TreeScope scope = TreeScope.of(path(place), root);
    return site(place).confinement().map(scope::confinedTo).orElse(scope);
  }

  private static @Nullable Void ended(
      @Nullable TreeOutcome outcome, @Nullable Throwable failure, Reports reports) {
    if (outcome == null) {
      reports.treeStuck(String.valueOf(failure));
    } else if (outcome.alive().isEmpty()) {
      reports.treeGone();
    } else {
      reports.treeStuck(survivors(outcome));
    }
    return null;
  }

  private static String survivors(TreeOutcome outcome) {
    return outcome.alive().stream()
        .map(SystemWorld::survivor)
        .collect(Collectors.joining(", ", "alive still: ", ""));
  }

  private static String survivor(ProcessEntry entry) {
    return entry.pid() + " (" + entry.name() + ", state " + entry.state() + ")";
  }

  // What is written down.

  @Override
  public void recordWant(Place place, boolean up) {
    place.lane().execute(() -> write(place, up, it -> recordWant(it, up)));
  }

  private static void recordWant(ProcessDirectory directory, boolean up) {
    // One that waits to be launched for the first time has none yet.
    boolean ignored = up && directory.create();
    if (directory.isWantedUp() != up) {
      directory.recordWant(up);
    }
  }

  @Override
  public void recordEnd(Place place, Cause cause, OptionalInt exitCode) {
    place.lane().execute(() -> write(place, false, it -> recordEnd(it, cause, exitCode)));
  }

  private void recordEnd(ProcessDirectory directory, Cause cause, OptionalInt exitCode) {
    EndRecord.write(directory, time.now(), cause, exitCode);
  }

  private static void write(Place place, boolean make, Consumer<ProcessDirectory> write) {
    ProcessDirectory directory = place.home().directory();
    try {
      if (make || directory.exists()) {
        write.accept(directory);
      }
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(SystemWorld.class).warn("{} cannot be described", place, e);
    }
  }

  @Override
  public void delete(Place place, Consumer<String> answer) {
    place
        .lane()
        .execute(
            () -> {
              try {
                ward.remove(path(place));
                site(place).remove();
                sites.remove(path(place));
                place.home().directory().delete();
                answer.accept("");
              } catch (LuhprocException e) {
                answer.accept(message(e));
              }
            });
  }

  // While it lives.

  @Override
  public AutoCloseable beginHealth(Place place, Living living, Consumer<HealthRecord> results) {
    Map<String, String> variables = environment.forChecks(place);
    HealthTarget target =
        HealthTarget.of(
            living.identity(), path(place), Launching.workingDirectory(place), variables);
    return HealthProbe.start(place.spec().health().orElseThrow(), target, health, results);
  }

  @Override
  public AutoCloseable watchMemory(Place place, Living living, Consumer<String> exceeded) {
    OptionalLong most = place.spec().limits().maxMemoryRestart();
    return new MemoryWatch(table, timers, MEMORY_PAUSE)
        .start(
            living.identity(),
            most.orElseThrow(),
            rss ->
                exceeded.accept(
                    "holds "
                        + HumanText.text(rss)
                        + " of memory, more than its maxMemoryRestart of "
                        + HumanText.text(most.orElseThrow())));
  }

  @Override
  public void signal(Place place, Living living, Signal signal, Consumer<String> answer) {
    CompletableFuture<Void> ignored =
        trees
            .signal(living.identity(), signal)
            .handle(
                (lived, failure) -> {
                  boolean sent = failure == null && Boolean.TRUE.equals(lived);
                  answer.accept(
                      sent ? "" : failure == null ? "it has just ended" : String.valueOf(failure));
                  return null;
                });
  }

  @Override
  public void pause(Place place, Living living, boolean frozen, Consumer<String> answer) {
    place.lane().execute(() -> freeze(place, living, frozen, answer));
  }

  private void freeze(Place place, Living living, boolean frozen, Consumer<String> answer) {
    if (site(place).freeze(frozen)) {
      answer.accept("");
      return;
    }
    CompletableFuture<Void> ignored =
        trees
            .signal(
                scope(place, Optional.of(living.identity())), frozen ? Signal.STOP : Signal.CONT)
            .handle(
                (who, failure) -> {
                  answer.accept(failure == null ? "" : String.valueOf(failure));
                  return null;
                });
  }

  @Override
  public void applyLimits(Place place, Living living, Consumer<LimitsEnforced> answer) {
    place
        .lane()
        .execute(() -> answer.accept(site(place).change(place.spec().limits().resources())));
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  @Override
  public void close() {
    health.close();
    trees.close();
    ward.close();
    pool.close();
  }
}
