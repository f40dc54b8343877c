package io.luhproc.daemon;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.daemon.config.InvalidConfigException;
import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.daemon.http.ApiTarget;
import io.luhproc.daemon.http.HttpServer;
import io.luhproc.notify.ServiceManagerNotifier;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * Runs the services of a configuration file in a {@link Supervisor}. Thread-safe.
 *
 * <p>Under a service manager such as systemd, which has set {@code NOTIFY_SOCKET}, it reports by
 * sd_notify(3) that the first start is done, how many services run, that it is alive, and that it
 * stops.
 *
 * <p>A later reload touches only what changed. The services that were chosen at the start stay
 * chosen.
 *
 * @since 0.1
 */
public final class Daemon implements AutoCloseable {
  private final Path path;
  private final ConfigLoader loader;
  private final Supervisor supervisor;
  private final CountDownLatch closed = new CountDownLatch(1);
  // Set once, before open returns.
  private Optional<HttpServer> http = Optional.empty();
  private final DaemonConfig opened;
  private final ServiceManagerReports reports;
  // Guarded by this, as is the next field.
  private DaemonConfig config;
  // Empty: all services with autostart.
  private Set<String> chosen = Set.of();

  private Daemon(Path path, ConfigLoader loader, DaemonConfig config, Supervisor supervisor) {
    this.path = path;
    this.loader = loader;
    this.opened = config;
    this.config = config;
    this.supervisor = supervisor;
    this.reports =
        new ServiceManagerReports(
            ServiceManagerNotifier.of(System.getenv(), ProcessHandle.current().pid()), supervisor);
  }

  /**
   * Opens a supervisor with the services of a configuration. Adopts the processes that a former
   * daemon of this configuration left; starts none.
   *
   * @param path a configuration file or folder, see {@link ConfigLoader}
   * @throws InvalidConfigException if the configuration has errors
   * @throws LuhprocException if its directory cannot be used, see {@link Supervisor.Builder#build}
   */
  public static Daemon open(Path path) {
    ConfigLoader loader = ConfigLoader.create();
    DaemonConfig config = loader.load(path);
    Path directory = config.directory().orElseGet(() -> StateDirectory.of(path, System.getenv()));
    Supervisor supervisor = Supervisor.builder().directory(directory).build();
    Daemon daemon = new Daemon(path, loader, config, supervisor);
    try {
      // Before any service is touched, because the address may be in use.
      daemon.http = Optional.of(HttpServer.start(daemon.new Target(), config.listen(), directory));
      supervisor.add(config.services().toArray(ServiceSpec[]::new));
      return daemon;
    } catch (RuntimeException e) {
      daemon.http.ifPresent(HttpServer::close);
      daemon.reports.close();
      supervisor.detach();
      throw e;
    }
  }

  /** Returns the TCP port of the HTTP server; empty without {@code listen}. */
  public Optional<Integer> port() {
    return http.flatMap(HttpServer::port);
  }

  /** Returns the path of the unix socket of the HTTP server. */
  public Path socket() {
    return http.orElseThrow().socket();
  }

  /** Returns the supervisor that runs the services. Do not close it. */
  public Supervisor supervisor() {
    return supervisor;
  }

  /** Returns the configuration in effect. */
  public synchronized DaemonConfig config() {
    return config;
  }

  /**
   * Starts services and those that they require.
   *
   * @param names the names of services or groups; all services with {@code autostart} if none is
   *     given
   * @return completes when all are up; fails with the first failure, after all were tried
   * @throws NoSuchServiceException if there is no service or group of a name; nothing is started
   */
  public CompletableFuture<Void> start(String... names) {
    Set<String> services;
    synchronized (this) {
      services = resolve(List.of(names));
      chosen = services;
    }
    CompletableFuture<Void> started = start(services);
    return started.whenComplete((done, failure) -> reports.ready());
  }

  private CompletableFuture<Void> start(Set<String> services) {
    if (services.isEmpty()) {
      return supervisor.startAll().thenApply(status -> null);
    }
    List<CompletableFuture<ServiceStatus>> starts = new ArrayList<>();
    for (String service : services) {
      starts.add(supervisor.start(service));
    }
    return CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new));
  }

  private Set<String> resolve(List<String> names) {
    Set<String> services = new LinkedHashSet<>();
    for (String name : names) {
      Set<String> group = config.groups().get(name);
      if (group == null) {
        services.add(supervisor.status(name).name());
      } else {
        services.addAll(group);
      }
    }
    return services;
  }

  /**
   * Reads the configuration again and changes only the services that differ. Waits until they are
   * changed. Reloads at the same time run one after the other.
   *
   * <p>A new service is started if it has {@code autostart}, unless services were chosen at the
   * start. A stopped service stays stopped. A change of {@code [supervisor]} has no effect, and is
   * a warning.
   *
   * @throws InvalidConfigException if the configuration has errors; nothing is changed then
   */
  public synchronized ReloadResult reload() {
    DaemonConfig next = loader.load(path);
    ConfigChange change = ConfigChange.between(config, next);
    List<String> failures = new ArrayList<>();
    if (!change.isEmpty()) {
      apply(change, failures);
    }
    config = next;
    return new ReloadResult(
        change.added().stream().map(ServiceSpec::name).toList(),
        change.changed().stream().map(ServiceSpec::name).toList(),
        change.removed(),
        failures,
        warnings(next));
  }

  /** Returns the warnings of a configuration, and what of it needs a new start of the daemon. */
  private List<String> warnings(DaemonConfig next) {
    List<String> warnings = new ArrayList<>();
    next.warnings().forEach(it -> warnings.add(it.toString()));
    if (!next.listen().equals(opened.listen())) {
      warnings.add(noEffect("listen", opened.listen(), next.listen()));
    }
    if (!next.directory().equals(opened.directory())) {
      warnings.add(noEffect("directory", opened.directory(), next.directory()));
    }
    return warnings;
  }

  private static String noEffect(String key, Optional<?> before, Optional<?> after) {
    return "[supervisor] %s has changed from %s to %s, which takes effect when the daemon is started"
            .formatted(key, show(before), show(after))
        + " again";
  }

  private static String show(Optional<?> value) {
    return value.map(Object::toString).orElse("the default");
  }

  private void apply(ConfigChange change, List<String> failures) {
    await(change.changedWithCommonDependencies(), supervisor::update, failures);
    supervisor.add(change.added().toArray(ServiceSpec[]::new));
    await(change.changed(), supervisor::update, failures);
    await(change.removed(), supervisor::remove, failures);
    await(
        change.added().stream().filter(it -> it.autostart() && chosen.isEmpty()).toList(),
        it -> supervisor.start(it.name()),
        failures);
  }

  private static <T> void await(
      List<T> items, Function<T, CompletableFuture<ServiceStatus>> request, List<String> failures) {
    List<CompletableFuture<ServiceStatus>> futures = new ArrayList<>();
    for (T item : items) {
      futures.add(request.apply(item));
    }
    for (CompletableFuture<ServiceStatus> future : futures) {
      try {
        ServiceStatus ignored = future.join();
      } catch (CompletionException e) {
        failures.add(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
      }
    }
  }

  /** Waits until {@link #requestClose} or {@link #close} is called. */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /** Ends {@link #awaitClose}, so that its caller closes this daemon. */
  public void requestClose() {
    closed.countDown();
  }

  /**
   * Stops all services in order, closes the supervisor, see {@link Supervisor#close}, and then the
   * HTTP server.
   */
  @Override
  public void close() {
    closed.countDown();
    reports.close();
    supervisor.close();
    http.ifPresent(HttpServer::close);
  }

  /** This daemon for the API. */
  private final class Target implements ApiTarget {
    @Override
    public Supervisor supervisor() {
      return supervisor;
    }

    @Override
    public Map<String, Set<String>> groups() {
      return config().groups();
    }

    @Override
    public ReloadResult reload() {
      return Daemon.this.reload();
    }

    @Override
    public void requestClose() {
      Daemon.this.requestClose();
    }
  }
}
