package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resolves the device number of the disk that holds a file. */
final class BlockDevices {
  private static final int TYPE_MASK = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private final Path sys;

  /** Creates an instance that reads a sysfs, usually {@code /sys}. */
  BlockDevices(Path sys) {
    this.sys = sys;
  }

  /**
   * Returns {@code major:minor} of the disk that a path denotes or is stored on. For a partition,
   * it is that of the whole disk, because the kernel limits only whole disks.
   *
   * @throws IOException if the file does not exist or is not on a disk, for example in tmpfs
   */
  String deviceNumber(Path path) throws IOException {
    boolean isDevice = ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == BLOCK_DEVICE;
    String number =
        formatDeviceNumber((long) Files.getAttribute(path, isDevice ? "unix:rdev" : "unix:dev"));
    Path sysfsEntry = sys.resolve("dev/block").resolve(number);
    if (!Files.exists(sysfsEntry)) {
      throw new IOException(path + " is not on a disk known to the kernel (device " + number + ")");
    }
    Path sysfsDirectory = sysfsEntry.toRealPath();
    return Files.exists(sysfsDirectory.resolve("partition"))
        ? Files.readString(sysfsDirectory.resolveSibling("dev"), StandardCharsets.US_ASCII).strip()
        : number;
  }

  /** Formats a device number as packed by glibc, see makedev(3). */
  static String formatDeviceNumber(long device) {
    long major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfffL);
    long minor = (device & 0xff) | (device >> 12 & 0xffffff00L);
    return major + ":" + minor;
  }
}
