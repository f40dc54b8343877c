package io.luhproc.daemon;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.daemon.config.InvalidConfigException;
import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.daemon.file.CertificateFile;
import io.luhproc.daemon.http.ApiTarget;
import io.luhproc.daemon.http.HttpServer;
import io.luhproc.daemon.ship.LogShipper;
import io.luhproc.daemon.ship.ShippingStats;
import io.luhproc.notify.ServiceManagerNotifier;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
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
  private final Path directory;
  private final ConfigLoader loader;
  private final Supervisor supervisor;
  private final CountDownLatch closed = new CountDownLatch(1);
  // Not guarded by this: a close must not wait for a reload.
  private volatile Optional<HangupReloader> hangup = Optional.empty();
  // Set once, before open returns.
  private Optional<HttpServer> http = Optional.empty();
  private final DaemonConfig opened;
  private final ServiceManagerReports reports;
  // Written by one reload at a time, under this, as is the next field.
  private volatile DaemonConfig config;
  private volatile Optional<LogShipper> shipper = Optional.empty();
  // Guarded by this. Empty: all services with autostart.
  private Set<String> chosen = Set.of();

  private Daemon(
      Path path, Path directory, ConfigLoader loader, DaemonConfig config, Supervisor supervisor) {
    this.path = path;
    this.directory = directory;
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
    return open(path, Supervisor.builder());
  }

  /**
   * Opens a daemon that has this JVM for itself, as {@link #open} does. The JVM becomes a child
   * subreaper, so that it reaps the orphans of all services, see {@link
   * Supervisor.Builder#childSubreaper}.
   *
   * @param path a configuration file or folder, see {@link ConfigLoader}
   * @throws InvalidConfigException if the configuration has errors
   * @throws LuhprocException if its directory cannot be used, see {@link Supervisor.Builder#build}
   */
  public static Daemon openAsProgram(Path path) {
    return open(path, Supervisor.builder().childSubreaper(true));
  }

  private static Daemon open(Path path, Supervisor.Builder builder) {
    ConfigLoader loader = ConfigLoader.create();
    DaemonConfig config = loader.load(path);
    StateDirectory state = StateDirectory.of(path, System.getenv());
    Path directory = config.directory().orElse(state.path());
    state.checkNoDaemonOutside(directory);
    Supervisor supervisor = builder.directory(directory).build();
    Daemon daemon = new Daemon(path, directory, loader, config, supervisor);
    try {
      // Before any service is touched, because the address may be in use.
      HttpServer server =
          HttpServer.bind(daemon.new Target(), config.listen(), config.tls(), directory);
      daemon.http = Optional.of(server);
      supervisor.add(config.services().toArray(ServiceSpec[]::new));
      server.start();
      state.publish(directory);
      daemon.openShipper(config);
      return daemon;
    } catch (RuntimeException e) {
      daemon.http.ifPresent(HttpServer::close);
      daemon.reports.close();
      supervisor.detach();
      throw e;
    }
  }

  private void openShipper(DaemonConfig next) {
    shipper = next.shipping().map(it -> LogShipper.open(it, directory, supervisor));
    if (closed.getCount() == 0) {
      shipper.ifPresent(LogShipper::stop);
    }
  }

  /** Returns the counters of log shipping; empty without {@code [shipping]}. */
  public Optional<ShippingStats> shipping() {
    return shipper.map(LogShipper::stats);
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
  public DaemonConfig config() {
    return config;
  }

  /**
   * Starts services and those that they require. The status shows the requests when this returns.
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
    CompletableFuture<Void> started =
        services.isEmpty() ? supervisor.startAll().thenApply(status -> null) : startEach(services);
    awaitRequested();
    return started.whenComplete((done, failure) -> reports.ready());
  }

  private CompletableFuture<Void> startEach(Set<String> services) {
    List<CompletableFuture<ServiceStatus>> starts = new ArrayList<>();
    for (String service : services) {
      starts.add(supervisor.start(service));
    }
    return CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new));
  }

  /** Waits until the supervisor has taken the requests so far. It takes them in order. */
  private void awaitRequested() {
    for (ServiceStatus any : supervisor.status().services()) {
      supervisor
          .await(any.name(), ProcessState.FAILED, Duration.ZERO)
          .handle((status, failure) -> true)
          .join();
      return;
    }
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
   * @throws LuhprocException if the trusted certificates of shipping cannot be used; nothing is
   *     changed then
   */
  public synchronized ReloadResult reload() {
    DaemonConfig next = loader.load(path);
    // Before anything is changed.
    next.shipping()
        .flatMap(ShippingConfig::trustedCertificates)
        .ifPresent(CertificateFile::contextTrusting);
    ConfigChange change = ConfigChange.between(config, next);
    List<String> failures = new ArrayList<>();
    if (!change.isEmpty()) {
      apply(change, failures);
    }
    if (!next.shipping().equals(config.shipping())) {
      shipper.ifPresent(LogShipper::stop);
      openShipper(next);
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
    if (!next.tls().equals(opened.tls())) {
      warnings.add(noEffect("tls", opened.tls(), next.tls()));
    }
    reloadCertificate().ifPresent(warnings::add);
    if (!next.directory().equals(opened.directory())) {
      warnings.add(noEffect("directory", opened.directory(), next.directory()));
    }
    return warnings;
  }

  /** Takes a renewed certificate. Returns why it is not taken. */
  private Optional<String> reloadCertificate() {
    try {
      opened.tls().ifPresent(http.orElseThrow()::reloadCertificate);
      return Optional.empty();
    } catch (LuhprocException e) {
      return Optional.of(e.getMessage() + "; the former certificate is used");
    }
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
    remove(change.removed(), failures);
    await(
        change.added().stream().filter(it -> it.autostart() && chosen.isEmpty()).toList(),
        it -> supervisor.start(it.name()),
        failures);
  }

  /** The logs are deleted with the service, so they are shipped in between. */
  private void remove(List<String> services, List<String> failures) {
    if (shipper.isPresent() && !services.isEmpty()) {
      // Failures are those of the removal, too.
      await(services, it -> supervisor.stop(it), new ArrayList<>());
      boolean ignored = shipper.get().flush(services);
    }
    await(services, supervisor::remove, failures);
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

  /**
   * Reloads the configuration at each SIGHUP until the close. Signals during a reload are taken
   * together. The result is logged. Call it once.
   *
   * @throws IllegalArgumentException if the JVM was started with {@code -Xrs}
   */
  public void reloadOnHangup() {
    hangup = Optional.of(HangupReloader.install(this::reload));
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
   * Stops all services in order, closes the supervisor, see {@link Supervisor#close}, ships the
   * last lines of their logs, and closes the HTTP server.
   */
  @Override
  public void close() {
    closed.countDown();
    hangup.ifPresent(HangupReloader::close);
    reports.close();
    supervisor.close();
    shipper.ifPresent(LogShipper::close);
    http.ifPresent(HttpServer::close);
  }

  /** This daemon for the API. */
  private final class Target implements ApiTarget {
    @Override
    public Supervisor supervisor() {
      return supervisor;
    }

    @Override
    public List<ServiceSpec> services() {
      return config().services();
    }

    @Override
    public Map<String, Set<String>> groups() {
      return config().groups();
    }

    @Override
    public Optional<ShippingStats> shipping() {
      return Daemon.this.shipping();
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
