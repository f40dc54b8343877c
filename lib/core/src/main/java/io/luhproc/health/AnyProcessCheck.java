package io.luhproc.health;

import io.luhproc.process.ProcessIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A check that may be answered by a process of another tree.
 *
 * @param check the check
 */
record AnyProcessCheck(HealthCheck check) implements HealthCheck {

  @Override
  public HealthResult check(CheckContext context) throws Exception {
    return check.check(new AnyProcessContext(context));
  }

  @Override
  public String describe() {
    return check.describe();
  }

  /**
   * A context that knows of no foreign listener.
   *
   * @param context the context of the checked process
   */
  private record AnyProcessContext(CheckContext context) implements CheckContext {
    @Override
    public ProcessIdentity identity() {
      return context.identity();
    }

    @Override
    public Path directory() {
      return context.directory();
    }

    @Override
    public Path workingDirectory() {
      return context.workingDirectory();
    }

    @Override
    public Map<String, String> environment() {
      return context.environment();
    }

    @Override
    public Duration timeout() {
      return context.timeout();
    }

    @Override
    public HealthResult run(List<String> command) throws InterruptedException {
      return context.run(command);
    }

    @Override
    public Optional<String> foreignListener(InetSocketAddress address) {
      return Optional.empty();
    }
  }
}
