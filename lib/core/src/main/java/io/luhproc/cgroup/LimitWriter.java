package io.luhproc.cgroup;

import io.luhproc.limits.LimitKind;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.LimitStatus;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Writes the limits of one cgroup and reports which of them are enforced. */
final class LimitWriter {
  private final List<CgroupDir> directories;
  private final CgroupRoots roots;
  private final V2Limits v2Limits;
  private final V1Limits v1Limits;

  LimitWriter(List<CgroupDir> directories, CgroupRoots roots, BlockDevices devices) {
    this.directories = directories;
    this.roots = roots;
    v2Limits = new V2Limits(devices);
    v1Limits = new V1Limits(devices);
  }

  /** Writes the limits of a cgroup that has none. */
  LimitReport write(ResourceLimits limits) {
    List<LimitStatus> statuses = new ArrayList<>();
    for (LimitKind limit : limits.kinds()) {
      statuses.add(write(limit, limits));
    }
    return new LimitReport(statuses);
  }

  /** Removes the limits that are not set, and writes the others. */
  LimitReport replace(ResourceLimits limits) {
    for (LimitKind limit : LimitKind.values()) {
      if (!limits.kinds().contains(limit)) {
        removeLimit(limit, limits);
      }
    }
    return write(limits);
  }

  private LimitStatus write(LimitKind limit, ResourceLimits limits) {
    Optional<CgroupDir> directory = directory(limit);
    if (directory.isEmpty()) {
      UnavailableReason unavailable = roots.unavailableReason(controller(limit));
      return LimitStatus.notEnforced(limit, unavailable.reason(), unavailable.remedy());
    }
    try {
      return LimitStatus.enforced(limit, apply(directory.get(), limit, limits));
    } catch (NoSuchFileException e) {
      return LimitStatus.notEnforced(
          limit,
          "the kernel has no " + e.getFile() + ", or the cgroup was removed",
          limit == LimitKind.MEMORY_SWAP
              ? "boot with swapaccount=1"
              : "use a newer kernel, or restart the process");
    } catch (IOException e) {
      return LimitStatus.notEnforced(limit, String.valueOf(e.getMessage()), remedy(e, limit));
    }
  }

  private static String remedy(IOException e, LimitKind limit) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("busy")) {
      return "the current usage is higher: restart the process or raise the limit";
    }
    return message.contains("ermission") || message.contains("permitted")
        ? UnavailableReason.DELEGATE_REMEDY
        : "choose another " + limit + " limit";
  }

  private void removeLimit(LimitKind limit, ResourceLimits limits) {
    directory(limit)
        .ifPresent(
            directory -> {
              try {
                String ignored = apply(directory, limit, limits);
              } catch (NoSuchFileException expected) {
                // Without an interface file there is no limit to remove.
              } catch (IOException e) {
                LoggerFactory.getLogger(LimitWriter.class)
                    .warn(
                        "cannot remove the {} limit, which stays enforced: {}",
                        limit,
                        e.getMessage());
              }
            });
  }

  private String apply(CgroupDir directory, LimitKind limit, ResourceLimits limits)
      throws IOException {
    return directory.version() == CgroupVersion.V2
        ? v2Limits.apply(directory, limit, limits)
        : v1Limits.apply(directory, limit, limits);
  }

  private Optional<CgroupDir> directory(LimitKind limit) {
    String controller = controller(limit);
    return directories.stream().filter(it -> it.controllers().contains(controller)).findFirst();
  }

  /** Returns the v2 name of the controller that enforces a limit. */
  static String controller(LimitKind limit) {
    return switch (limit) {
      case MEMORY, MEMORY_SWAP -> "memory";
      case CPU -> "cpu";
      case PIDS -> "pids";
      case IO -> "io";
    };
  }
}
