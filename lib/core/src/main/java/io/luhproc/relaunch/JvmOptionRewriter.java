package io.luhproc.relaunch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Converts the JVM options of this JVM to those of a worker. {@link JvmCommand} documents the
 * rules.
 *
 * @param pathResolver makes relative paths absolute
 * @param workerDirectory the absolute path of the worker's directory
 * @param changes what the caller wants to be different
 */
record JvmOptionRewriter(PathResolver pathResolver, String workerDirectory, OptionChanges changes) {
  private static final String AUTO_ARCHIVE = "-XX:+AutoCreateSharedArchive";
  private static final String ARCHIVE_FILE = "-XX:SharedArchiveFile=";
  private static final String[] DROPPED_OPTIONS = {
    // debuggers
    "-agentlib:jdwp",
    "-Xrunjdwp",
    "-Xdebug",
    "-Xnoagent",
    // JMX: port, password file, SNMP
    "-Dcom.sun.management.",
    // JFR
    "-XX:StartFlightRecording",
    "-XX:FlightRecorderOptions",
    // files that both JVMs would write
    "-Xloggc:",
    "-XX:LogFile=",
    "-XX:+LogVMOutput",
    "-XX:+LogCompilation",
    "-XX:PerfDataSaveFile=",
    "-XX:+PerfDataSaveToFile",
    "-XX:ArchiveClassesAtExit=",
    "-XX:DumpLoadedClassList=",
    AUTO_ARCHIVE,
    "-XX:AOTConfiguration=",
    "-XX:AOTCacheOutput=",
    "-XX:AOTMode=record",
    "-XX:AOTMode=create",
  };
  // In the names of the archives that this library makes, which are chosen anew for each worker.
  private static final String OWN_ARCHIVE = "/luhproc/archives/";
  // The agents that IDEs add, and the debugger as -agentpath.
  private static final String[] DROPPED_AGENTS = {
    "/libjdwp.so", "/idea_rt.jar", "/debugger-agent.jar"
  };
  private static final String[] SEARCH_PATH_OPTIONS = {
    "--class-path=",
    "--module-path=",
    "--upgrade-module-path=",
    "-Xbootclasspath/a:",
    ARCHIVE_FILE,
    "-Djava.library.path=",
  };
  private static final String[] PATH_OPTIONS = {
    "-XX:Flags=",
    "-XX:VMOptionsFile=",
    "-XX:AOTCache=",
    "-XX:CompileCommandFile=",
    "-XX:CompilerDirectivesFile=",
    "-XX:SharedClassListFile=",
    "-XX:ExtraSharedClassListFile=",
    "-splash:",
    "-Djava.io.tmpdir=",
    "-Djava.util.logging.config.file=",
  };
  private static final String[] AGENT_OPTIONS = {"-javaagent:", "-agentpath:"};
  private static final String LAUNCHER = "-Dluhproc.launcher=";
  private static final String XLOG = "-Xlog:";
  private static final String HEAP_DUMP = "-XX:HeapDumpPath=";
  private static final String ERROR_FILE = "-XX:ErrorFile=";
  private static final String PATCH_MODULE = "--patch-module=";

  /** Creates a rewriter for a worker with the options of this JVM. */
  JvmOptionRewriter(PathResolver pathResolver, String workerDirectory) {
    this(pathResolver, workerDirectory, OptionChanges.NONE);
  }

  /** Returns the options of a worker, in the same order. */
  List<String> rewrite(List<String> options) {
    List<String> result = new ArrayList<>(options.size() + 2);
    List<String> expanded = withoutLauncherOptions(expandFiles(options));
    // Without AutoCreateSharedArchive, a SharedArchiveFile that does not exist yet is an error.
    boolean dropsArchive = expanded.contains(AUTO_ARCHIVE);
    for (String option : expanded) {
      String rewritten = rewrite(option);
      if (rewritten != null && !(dropsArchive && option.startsWith(ARCHIVE_FILE))) {
        result.add(rewritten);
      }
    }
    return result;
  }

  private static List<String> withoutLauncherOptions(List<String> options) {
    int end = 0;
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).startsWith(LAUNCHER)) {
        end = i + 1;
      }
    }
    return options.subList(end, options.size());
  }

  /** Replaces each option that names a file of options to rewrite by the content of the file. */
  private List<String> expandFiles(List<String> options) {
    List<String> expanded = new ArrayList<>(options.size() + 2);
    for (String option : options) {
      List<String> content = OptionFile.read(option, pathResolver);
      if (content == null || !isRewritten(content)) {
        expanded.add(option);
      } else {
        expanded.addAll(content);
      }
    }
    return expanded;
  }

  private boolean isRewritten(List<String> options) {
    for (String option : options) {
      if (!option.equals(rewrite(option))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the option of a worker for one option, or null if it is dropped. */
  @Nullable String rewrite(String option) {
    String rewritten = rewriteShareable(option);
    boolean removed = changes.removes(option) || (rewritten != null && changes.removes(rewritten));
    return removed ? null : rewritten;
  }

  private @Nullable String rewriteShareable(String option) {
    if (prefixLength(DROPPED_OPTIONS, option) >= 0
        || writesLogFile(option)
        || isDroppedAgent(option)
        || (option.startsWith(ARCHIVE_FILE) && option.contains(OWN_ARCHIVE))) {
      return null;
    }
    if (option.startsWith(HEAP_DUMP)) {
      return HEAP_DUMP + workerDirectory;
    }
    if (option.startsWith(ERROR_FILE)) {
      return ERROR_FILE + workerDirectory + "/hs_err_pid%p.log";
    }
    return withAbsolutePaths(option);
  }

  private String withAbsolutePaths(String option) {
    int length = prefixLength(SEARCH_PATH_OPTIONS, option);
    if (length >= 0) {
      return option.substring(0, length) + pathResolver.resolveSearchPath(option.substring(length));
    }
    length = prefixLength(PATH_OPTIONS, option);
    if (length >= 0) {
      return option.substring(0, length) + pathResolver.resolve(option.substring(length));
    }
    length = prefixLength(AGENT_OPTIONS, option);
    if (length >= 0) {
      return option.substring(0, length)
          + pathResolver.resolveBeforeEquals(option.substring(length));
    }
    return option.startsWith(PATCH_MODULE) ? rewritePatchModule(option) : option;
  }

  private String rewritePatchModule(String option) {
    int equals = option.indexOf('=', PATCH_MODULE.length()) + 1;
    return equals == 0
        ? option
        : option.substring(0, equals) + pathResolver.resolveSearchPath(option.substring(equals));
  }

  /**
   * Returns whether a {@code -Xlog[:what[:output[:decorators[:output options]]]]} (JEP 158) writes
   * a file. Its output is {@code stdout}, {@code stderr}, {@code file=NAME}, or the name of a file.
   */
  private static boolean writesLogFile(String option) {
    int colon = option.startsWith(XLOG) ? option.indexOf(':', XLOG.length()) : -1;
    if (colon < 0) {
      return false;
    }
    int end = option.indexOf(':', colon + 1);
    String output = option.substring(colon + 1, end < 0 ? option.length() : end);
    return !output.isEmpty() && !output.equals("stdout") && !output.equals("stderr");
  }

  private static boolean isDroppedAgent(String option) {
    int length = prefixLength(AGENT_OPTIONS, option);
    if (length < 0) {
      return false;
    }
    int equals = option.indexOf('=', length);
    String file = equals < 0 ? option : option.substring(0, equals);
    for (String agent : DROPPED_AGENTS) {
      if (file.endsWith(agent)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the length of the first prefix that matches an option, or -1 if none does. */
  private static int prefixLength(String[] prefixes, String option) {
    for (String prefix : prefixes) {
      if (option.startsWith(prefix)) {
        return prefix.length();
      }
    }
    return -1;
  }
}
