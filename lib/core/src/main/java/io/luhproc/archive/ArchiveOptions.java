package io.luhproc.archive;

import io.luhproc.relaunch.JavaLaunch;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JVM options that make, use or prevent an archive. */
final class ArchiveOptions {
  // The first with AOTClassLinking (JEP 483).
  private static final int FIRST_JDK_WITH_LINKING = 24;
  // The first that logs with the tag aot. An unknown tag would be an error.
  private static final int FIRST_JDK_WITH_AOT_TAG = 25;

  /**
   * Compares the checksums of an archive. Without it, the JVM crashes if the content is damaged;
   * with it, a start takes about 1 ms longer for each MB.
   */
  static final String VERIFY = "-XX:+VerifySharedSpaces";

  private static final String[] SILENT_CDS = {"-Xlog:cds*=off"};
  private static final String[] SILENT_AOT = {"-Xlog:cds*=off", "-Xlog:aot*=off"};

  private static final String[] AGENTS = {
    "-javaagent:", "-agentlib:", "-agentpath:", "-Xrun", "-Xdebug"
  };
  private static final String[] OWN_ARCHIVES = {
    "-Xshare",
    "-XX:SharedArchiveFile=",
    "-XX:SharedClassListFile=",
    "-XX:ArchiveClassesAtExit=",
    "-XX:DumpLoadedClassList=",
    "-XX:+AutoCreateSharedArchive",
    "-XX:+RecordDynamicDumpInfo",
    "-XX:AOT",
    "-XX:+AOT",
    "-XX:-AOT",
  };
  // With these, a JVM uses no archive of classes of the app, or cannot make one.
  private static final String[] UNSUPPORTED = {
    "--patch-module=",
    "--limit-modules=",
    "--upgrade-module-path=",
    "-Xbootclasspath/a:",
    "-Djava.system.class.loader=",
    "-XX:Flags=",
    "-XX:VMOptionsFile=",
  };
  // The heap options of the program may be too small or too large to make an archive.
  private static final String[] HEAP = {
    "-Xms", "-Xmx", "-Xmn", "-XX:InitialHeapSize=", "-XX:MaxHeapSize=", "-XX:+AlwaysPreTouch"
  };
  // Those of the worker that makes the archive.
  private static final String[] OWN_FILES = {
    "-XX:DumpLoadedClassList=", "-XX:SharedArchiveFile=", VERIFY, "-Xlog"
  };
  private static final String[] COLLECTORS_WITH_ARCHIVED_HEAP = {
    "-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC"
  };
  private static final String[] OTHER_COLLECTORS = {
    "-XX:+UseZGC", "-XX:+UseShenandoahGC", "-XX:+UseEpsilonGC"
  };
  private static final long MAX_COMPRESSED_HEAP = 31L << 30;

  private ArchiveOptions() {}

  static boolean startsWithAny(String text, String[] prefixes) {
    for (String prefix : prefixes) {
      if (text.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Returns why a program has no archive; empty if it can have one. */
  static Optional<String> reasonAgainst(JavaLaunch launch) {
    String vm = System.getProperty("java.vm.name", "");
    if (!vm.startsWith("OpenJDK") && !vm.startsWith("Java HotSpot")) {
      return Optional.of(vm + " has no class-data archives");
    }
    for (String option : launch.allOptions()) {
      if (startsWithAny(option, AGENTS)) {
        return Optional.of("the JVM has an agent or a debugger");
      }
      if (startsWithAny(option, OWN_ARCHIVES)) {
        return Optional.of("the JVM options set an archive of their own");
      }
      if (startsWithAny(option, UNSUPPORTED)) {
        return Optional.of("the JVM option " + nameOf(option) + " is not supported");
      }
    }
    for (String entry : launch.classPath()) {
      if (!entry.endsWith("/*") && new File(entry).isDirectory()) {
        return Optional.of("the class path has a directory: " + entry);
      }
    }
    return Optional.empty();
  }

  private static String nameOf(String option) {
    int end = option.indexOf('=');
    return end < 0 ? option : option.substring(0, end);
  }

  /** Returns the options by which the JVM of a given feature release prints nothing about this. */
  static String[] silence(int feature) {
    return feature >= FIRST_JDK_WITH_AOT_TAG ? SILENT_AOT : SILENT_CDS;
  }

  /**
   * Returns the options of a JVM that makes or checks an archive, without those that make it
   * different from the one that uses it.
   */
  static List<String> forMaking(JavaLaunch launch, long maxHeap) {
    List<String> result = new ArrayList<>();
    boolean limitsHeap = maxHeap < MAX_COMPRESSED_HEAP;
    for (String option : launch.options()) {
      boolean removed =
          startsWithAny(option, COLLECTORS_WITH_ARCHIVED_HEAP)
              || startsWithAny(option, OWN_FILES)
              || (limitsHeap && startsWithAny(option, HEAP));
      if (!removed) {
        result.add(option);
      }
    }
    if (!hasOtherCollector(launch)) {
      // The collector that can archive objects in all releases; the others can use them.
      result.add("-XX:+UseG1GC");
    }
    if (limitsHeap) {
      result.add("-Xmx512m");
    }
    // Ends at once at SIGTERM, so a stop of the worker does not wait for it.
    result.add("-Xrs");
    return result;
  }

  private static boolean hasOtherCollector(JavaLaunch launch) {
    boolean found = false;
    for (String option : launch.environmentOptions()) {
      // A second collector on the command line would be an error.
      found |= startsWithAny(option, COLLECTORS_WITH_ARCHIVED_HEAP);
    }
    for (String option : launch.allOptions()) {
      found |= startsWithAny(option, OTHER_COLLECTORS);
    }
    return found;
  }

  /** Returns whether resolved constants in a list of classes make a better archive. */
  static boolean canLinkClasses(int feature) {
    return feature >= FIRST_JDK_WITH_LINKING;
  }
}
