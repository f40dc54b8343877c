package io.luhproc.health.monitor;

import io.luhproc.health.CheckContext;
import io.luhproc.health.HealthResult;
import io.luhproc.process.ProcessIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The context of the checks of one monitored process.
 *
 * @param process the process
 * @param timeout how long a check may take
 * @param runner runs the commands of checks
 * @param listeners finds foreign processes that answer checks
 */
record MonitorCheckContext(
    MonitoredProcess process, Duration timeout, CommandRunner runner, ListenerOwnership listeners)
    implements CheckContext {

  @Override
  public ProcessIdentity identity() {
    return process.identity();
  }

  @Override
  public Path directory() {
    return process.directory();
  }

  @Override
  public Path workingDirectory() {
    return process.workingDirectory();
  }

  @Override
  public Map<String, String> environment() {
    return process.environment();
  }

  @Override
  public HealthResult run(List<String> command) throws InterruptedException {
    return runner.run(command, process);
  }

  @Override
  public Optional<String> foreignListener(InetSocketAddress address) {
    return listeners.foreignListener(address);
  }

  @Override
  public String toString() {
    return process.toString();
  }
}
