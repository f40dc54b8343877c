package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.health.CheckContext;
import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthExecutor;
import io.luhproc.health.HealthMonitor;
import io.luhproc.limits.LimitReport;
import io.luhproc.log.rotate.LogMaintenanceService;
import io.luhproc.posix.Posix;
import io.luhproc.process.OutputMode;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Command;
import io.luhproc.service.ExecContext;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeScope;
import io.luhproc.tree.TreeStopService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The system that this JVM runs on: real processes, directories, control groups and checks. */
final class SystemWorld implements World {
  private static final int LANE_THREADS = 8;
  private static final Duration LONGEST_FINISH = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration MEMORY_PAUSE = Duration.ofSeconds(2);

  private final TimeSource time;
  private final Timers timers;
  private final ProcessTable table;
  private final LazyCgroups cgroups;
  private final ThreadPool pool = ThreadPool.withMaxThreads(LANE_THREADS, "services");
  private final Lanes lanes = new Lanes(pool);
  private final Attempt.Means means;
  private final Environment environment;
  private final ExitWatch exits;
  private final TreeStopService trees;
  private final LogMaintenanceService ward;
  private final HealthExecutor health;
  private final Map<Path, Site> sites = new ConcurrentHashMap<>();
  // The latest of each process, to call it off.
  private final Map<Path, Attempt> attempts = new ConcurrentHashMap<>();

  SystemWorld(
      Timers timers, TimeSource time, Launcher launcher, LazyCgroups cgroups, Opened opened) {
    this.time = time;
    this.timers = timers;
    this.table = ProcessTable.system();
    this.cgroups = cgroups;
    this.environment = Environment.inheriting(System.getenv());
    this.exits = new ExitWatch(table, timers);
    this.trees = opened.add(TreeStopService.start(table, Posix.lazy(), time));
    Launching launching = new Launching(launcher, environment, table, time);
    this.means = new Attempt.Means(launching, trees, this::sweep, time, this::keepLogs);
    this.ward = opened.add(LogMaintenanceService.start(time, Posix.lazy(), this::refresh));
    this.health = HealthExecutor.create(timers, time, launcher, trees);
  }

  private void refresh(Path directory) {
    ProcessDirectory.at(directory).touch(time.now());
  }

  @Override
  public Executor lane(Path directory) {
    return lanes.lane(directory);
  }

  private Site site(Place place) {
    return sites.computeIfAbsent(path(place), path -> new Site(cgroups, cgroups.nameFor(path)));
  }

  private static Path path(Place place) {
    return place.home().directory().path();
  }

  // Launch.

  @Override
  public void launch(Place place, Reports reports) {
    Attempt attempt = new Attempt(means, place, site(place), reports);
    Attempt former = attempts.put(path(place), attempt);
    if (former != null) {
      attempt.follow(former);
    }
    place.lane().execute(attempt::run);
  }

  @Override
  public void abort(Place place, boolean killAtOnce) {
    Attempt attempt = attempts.get(path(place));
    if (attempt != null) {
      attempt.callOff(killAtOnce);
    }
  }

  /** A task of an app keeps its own logs, so that they are kept when no supervisor lives. */
  private void keepLogs(Place place) {
    boolean hasFiles = place.spec().output().mode() != OutputMode.INHERIT;
    if (hasFiles && !(place.spec().command() instanceof Command.TaskCommand)) {
      ward.add(path(place), place.spec().output().logs());
    }
  }

  // Adoption.

  @Override
  public List<Found> find(List<Place> places) {
    Remnants remnants = new Remnants(table, time);
    // Where one is refused, none of them is added: so this first, and their logs last.
    List<Boolean> used = places.stream().map(SystemWorld::isUsed).toList();
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      found.add(used.get(i) ? find(places.get(i), remnants) : Found.NOTHING);
    }
    for (int i = 0; i < places.size(); i++) {
      if (used.get(i)) {
        keepLogs(places.get(i));
      }
    }
    return found;
  }

  private static boolean isUsed(Place place) {
    return place.home().directory().exists();
  }

  private Found find(Place place, Remnants remnants) {
    Found found = remnants.find(place, who -> findGroup(place, who));
    return site(place).isFrozen() ? found.asPaused() : found;
  }

  private LimitReport findGroup(Place place, Optional<ProcessIdentity> who) {
    Site site = site(place);
    site.find(place.spec().limits().resources(), who);
    return site.limitsEnforced();
  }

  @Override
  public void adopt(Place place, Living living, Reports reports) {
    exits.ofStranger(
        living.identity(), () -> place.lane().execute(() -> strangerExited(place, reports)));
  }

  private void strangerExited(Place place, Reports reports) {
    if (!EndRecord.isKnown(place) && site(place).ranOutOfMemory()) {
      reports.exited(Causes.OUT_OF_MEMORY, OptionalInt.empty());
    } else {
      EndRecord.tell(place, reports);
    }
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
    // Who is frozen does not hear that he is to leave.
    site(place).thawIfFrozen();
    StopTreeRequest request =
        new StopTreeRequest(scope(place, root), signal, grace, place.spec().stop().timeout());
    end(request, (outcome, failure) -> ended(outcome, failure, reports));
  }

  private void sweep(StopTreeRequest request, Runnable done) {
    end(request, (outcome, failure) -> done.run());
  }

  private void end(
      StopTreeRequest request, BiConsumer<@Nullable StopTreeResult, @Nullable Throwable> done) {
    CompletableFuture<Void> ignored =
        trees
            .stop(request)
            .handle(
                (outcome, failure) -> {
                  if (failure == null || isReadable()) {
                    done.accept(outcome, failure);
                  } else {
                    // Out of descriptors: there is no proof, and nothing that is stuck either.
                    LoggerFactory.getLogger(SystemWorld.class).warn("tried again", failure);
                    timers.schedule(RETRY, () -> end(request, done));
                  }
                  return null;
                });
  }

  private boolean isReadable() {
    try {
      return table.pids().length > 0;
    } catch (LuhprocException expected) {
      return false;
    }
  }

  private TreeScope scope(Place place, Optional<ProcessIdentity> root) {
    TreeScope scope = TreeScope.of(path(place), root);
    return site(place).confinement().map(scope::withContainer).orElse(scope);
  }

  private static void ended(
      @Nullable StopTreeResult outcome, @Nullable Throwable failure, Reports reports) {
    if (outcome == null) {
      reports.treeStuck(String.valueOf(failure));
    } else if (outcome.alive().isEmpty()) {
      reports.treeGone();
    } else {
      reports.treeStuck(survivors(outcome));
    }
  }

  private static String survivors(StopTreeResult outcome) {
    return outcome.alive().stream()
        .map(SystemWorld::survivor)
        .collect(Collectors.joining(", ", "alive still: ", ""));
  }

  private static String survivor(ProcessStat entry) {
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
    if (directory.isDesiredUp() != up) {
      directory.writeDesiredState(up);
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
  public void vacate(Place place) {
    Site site = site(place);
    place.lane().execute(site::remove);
  }

  @Override
  public void delete(Place place, Consumer<String> answer) {
    Site site = site(place);
    // At once: the next process of this name may be added and launched before it is done.
    sites.remove(path(place));
    attempts.remove(path(place));
    place.lane().execute(() -> answer.accept(delete(place, site)));
  }

  private String delete(Place place, Site site) {
    try {
      ward.remove(path(place));
      site.remove();
      place.home().directory().delete();
      return "";
    } catch (RuntimeException | Error e) {
      return Causes.message(e);
    }
  }

  // While it lives.

  @Override
  public AutoCloseable beginHealth(Place place, Living living, Consumer<CheckRecord> results) {
    Map<String, String> variables = environment.forChecks(place);
    ExecContext.Credentials as = place.spec().execContext().credentials();
    CheckContext target =
        CheckContext.of(
                living.identity(), path(place), Launching.workingDirectory(place), variables)
            .withCredentials(as.user(), as.group());
    return HealthMonitor.start(place.spec().health().orElseThrow(), target, health, results);
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
                        + DurationAndSizeFormat.format(rss)
                        + " of memory, more than its maxMemoryRestart of "
                        + DurationAndSizeFormat.format(most.orElseThrow())));
  }

  @Override
  public void signal(Place place, Living living, Signal signal, Consumer<String> answer) {
    CompletableFuture<Void> ignored =
        trees
            .signal(living.identity(), signal)
            .handle(
                (lived, failure) -> {
                  boolean sent = failure == null && Boolean.TRUE.equals(lived);
                  answer.accept(sent ? "" : place.instance() + ": " + whyNotSent(failure));
                  return null;
                });
  }

  private static String whyNotSent(@Nullable Throwable failure) {
    return failure == null ? "it has just ended" : Causes.message(failure);
  }

  @Override
  public void pause(Place place, Living living, boolean frozen, Consumer<String> answer) {
    place.lane().execute(() -> freeze(place, living, frozen, answer));
  }

  private void freeze(Place place, Living living, boolean frozen, Consumer<String> answer) {
    boolean done = site(place).freeze(frozen);
    // Somebody may have stopped it by a signal too.
    if (done && (frozen || !Remnants.isStopped(table, living.identity()))) {
      answer.accept("");
      return;
    }
    TreeScope tree = scope(place, Optional.of(living.identity()));
    CompletableFuture<Void> ignored =
        trees
            .signal(tree, frozen ? Signal.STOP : Signal.CONT)
            .handle((refusals, e) -> e == null ? String.join("; ", refusals) : Causes.message(e))
            .thenAccept(
                why -> {
                  if (frozen && !why.isEmpty()) {
                    goOn(tree);
                  }
                  answer.accept(why);
                });
  }

  /** Half of a tree stopped is neither paused nor running. */
  private void goOn(TreeScope tree) {
    CompletableFuture<List<String>> ignored = trees.signal(tree, Signal.CONT);
  }

  @Override
  public void applyLimits(Place place, Living living, Consumer<LimitReport> answer) {
    place
        .lane()
        .execute(() -> answer.accept(site(place).change(place.spec().limits().resources())));
  }

  @Override
  public void close() {
    health.close();
    // What is to be written down of processes that were stopped just now.
    pool.drainAndClose(LONGEST_FINISH);
    trees.close();
    ward.close();
    pool.close();
  }
}
