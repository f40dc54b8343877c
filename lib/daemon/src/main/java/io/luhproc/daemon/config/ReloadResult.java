package io.luhproc.daemon.config;

import java.util.List;

/**
 * What a reload of the configuration changed.
 *
 * @param added the names of new services
 * @param changed the names of services whose specification changed
 * @param removed the names of services that were stopped and removed
 * @param failures a message for each service that could not be changed as configured, such as one
 *     that fails to start
 * @param warnings what the files ask for and has no effect, such as a change of {@code
 *     [supervisor]}
 * @since 0.1
 */
public record ReloadResult(
    List<String> added,
    List<String> changed,
    List<String> removed,
    List<String> failures,
    List<String> warnings) {

  /** Creates a result with copies of the lists. */
  public ReloadResult {
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    removed = List.copyOf(removed);
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
  }
}
