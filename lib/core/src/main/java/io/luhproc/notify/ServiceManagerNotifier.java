package io.luhproc.notify;

import io.luhproc.posix.DatagramSocket;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to the service manager that has started this process, such as systemd; see
 * sd_notify(3). Without one, it does nothing and loads nothing. Thread-safe.
 */
public final class ServiceManagerNotifier {
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG_USEC = "WATCHDOG_USEC";
  private static final String WATCHDOG_PID = "WATCHDOG_PID";

  /** The variables of the protocol, which are not meant for children. */
  public static final Set<String> VARIABLES = Set.of(SOCKET, WATCHDOG_USEC, WATCHDOG_PID);

  private final Optional<String> address;
  private final Optional<Duration> watchdog;
  private volatile boolean failing;

  private ServiceManagerNotifier(Optional<String> address, Optional<Duration> watchdog) {
    this.address = address;
    this.watchdog = watchdog;
  }

  /** Returns the notifier that the environment of this process asks for. */
  public static ServiceManagerNotifier of(Map<String, String> environment, long currentPid) {
    Optional<String> address =
        Optional.ofNullable(environment.get(SOCKET))
            .filter(it -> it.startsWith("/") || it.startsWith("@"));
    String pid = environment.getOrDefault(WATCHDOG_PID, "");
    boolean isForThisProcess = pid.isEmpty() || pid.equals(Long.toString(currentPid));
    String micros = environment.getOrDefault(WATCHDOG_USEC, "");
    Optional<Duration> watchdog =
        isForThisProcess && micros.matches("[0-9]{1,18}") && Long.parseLong(micros) > 0
            ? Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS))
            : Optional.empty();
    return new ServiceManagerNotifier(address, address.isEmpty() ? Optional.empty() : watchdog);
  }

  /** Returns whether there is a service manager. */
  public boolean isPresent() {
    return address.isPresent();
  }

  /** Returns how often {@code WATCHDOG=1} must be sent; empty if it is not expected. */
  public Optional<Duration> watchdog() {
    return watchdog;
  }

  /** Sends a message, such as {@code READY=1}. The first failure in a row is logged. */
  public void send(String message) {
    if (address.isPresent()) {
      try {
        DatagramSocket.send(address.get(), message);
        failing = false;
      } catch (IOException e) {
        if (!failing) {
          failing = true;
          LoggerFactory.getLogger(ServiceManagerNotifier.class)
              .warn("cannot notify the service manager: {}", e.getMessage());
        }
      }
    }
  }
}
