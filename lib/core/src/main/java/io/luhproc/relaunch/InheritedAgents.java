package io.luhproc.relaunch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the agents in the command of a worker, which may listen on a port of the starter. */
public final class InheritedAgents {
  private static final String[] PREFIXES = {"-javaagent:", "-agentpath:", "-agentlib:"};

  private InheritedAgents() {}

  /**
   * Returns the options that load agents, without the options of the agents.
   *
   * @param argv a command line
   * @param environment the environment of the command
   */
  public static List<String> find(List<String> argv, Map<String, String> environment) {
    List<String> agents = new ArrayList<>();
    PathResolver pathResolver = new PathResolver(System.getProperty("user.dir", "/"));
    try {
      List<String> arguments = argv.subList(1, argv.size());
      for (String option : new JavaCommandLineParser(pathResolver).parse(arguments).options()) {
        addAgent(option, agents);
      }
    } catch (IOException | IllegalArgumentException expected) {
      // Not a command line of java, or its argument file was deleted.
    }
    for (String name : OptionEnvironment.NAMES) {
      for (String option : OptionEnvironment.parse(name, environment.get(name), pathResolver)) {
        addAgent(option, agents);
      }
    }
    return agents;
  }

  private static void addAgent(String option, List<String> agents) {
    for (String prefix : PREFIXES) {
      if (option.startsWith(prefix)) {
        int equals = option.indexOf('=');
        agents.add(equals < 0 ? option : option.substring(0, equals));
      }
    }
  }
}
