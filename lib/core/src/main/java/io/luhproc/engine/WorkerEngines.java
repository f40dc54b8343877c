package io.luhproc.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens engines by their address, {@code scheme:target}.
 *
 * @since 0.1
 */
public final class WorkerEngines {
  /** The address of this machine. */
  public static final String LOCAL = "local:";

  private static final String LOCAL_SCHEME = "local";

  private static final Pattern ADDRESS = Pattern.compile("([a-z][a-z0-9+.-]*):(\\S*)");
  private static final Map<String, String> ARTIFACTS =
      Map.of("k8s", "luhproc-kubernetes", "slurm", "luhproc-slurm");

  private WorkerEngines() {}

  /**
   * Checks an address and returns it.
   *
   * @throws IllegalArgumentException if it has no scheme, contains white space, or has a target for
   *     this machine
   */
  public static String checkAddress(String address) {
    if (!ADDRESS.matcher(address).matches()) {
      throw new IllegalArgumentException(
          "engine ("
              + address
              + ") must be SCHEME:TARGET, such as local:, k8s:NAMESPACE or slurm:PARTITION");
    }
    if (address.startsWith(LOCAL) && !address.equals(LOCAL)) {
      throw new IllegalArgumentException(
          "engine (" + address + ") must be local: without a target, because it is this machine");
    }
    return address;
  }

  /**
   * Opens an engine.
   *
   * @param address {@code scheme:target}
   * @param app distinguishes the workers of this app
   * @throws IllegalArgumentException if the address is invalid
   * @throws EngineRefusedException if there is no provider for the scheme, or it refuses the target
   */
  public static WorkerEngine open(String address, String app, Map<String, String> environment) {
    Matcher parts = match(address);
    return provider(parts).open(new EngineSettings(parts.group(2), app, environment));
  }

  /**
   * Checks that there is a provider for an address. Opens nothing.
   *
   * @throws IllegalArgumentException if the address is invalid
   * @throws EngineRefusedException if there is no provider for the scheme
   */
  public static void requireProvider(String address) {
    WorkerEngineProvider ignored = provider(match(address));
  }

  private static Matcher match(String address) {
    Matcher parts = ADDRESS.matcher(checkAddress(address));
    boolean ignored = parts.matches();
    return parts;
  }

  private static WorkerEngineProvider provider(Matcher address) {
    String scheme = address.group(1);
    List<String> schemes = new ArrayList<>();
    for (WorkerEngineProvider provider : ServiceLoader.load(WorkerEngineProvider.class)) {
      if (provider.scheme().equals(scheme)) {
        return provider;
      }
      schemes.add(provider.scheme());
    }
    // First, whatever the order of the class path is.
    schemes.removeIf(LOCAL_SCHEME::equals);
    schemes.sort(null);
    schemes.add(0, LOCAL_SCHEME);
    String remedy =
        ARTIFACTS.containsKey(scheme)
            ? "add the dependency io.luhproc:" + ARTIFACTS.get(scheme)
            : "use one of " + String.join(", ", schemes);
    throw new EngineRefusedException(
        "cannot open engine %s: there is no provider for %s; %s"
            .formatted(address.group(), scheme, remedy));
  }
}
