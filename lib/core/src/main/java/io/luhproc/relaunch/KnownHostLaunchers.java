package io.luhproc.relaunch;

import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.LaunchTarget.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes programs that run an app inside their own JVM, such as build tools, IDEs and app
 * servers. Relaunching that JVM would start them, not the app.
 *
 * <p>A program is recognized by its main class, never by a package or the name of a jar, which an
 * app may have as well. Only a jar without a readable manifest, such as a deleted one, is
 * recognized by its name and version.
 */
final class KnownHostLaunchers {
  private static final String SUREFIRE = "surefire, which runs tests";
  private static final String MAVEN = "Maven itself (mvn exec:java and the like)";
  private static final String GRADLE = "Gradle";
  private static final String SBT = "sbt";
  private static final String IDEA = "a run configuration of IntelliJ";
  private static final String ECLIPSE = "Eclipse, which runs tests";
  private static final String JUNIT = "JUnit, which runs tests";
  private static final String JMH = "JMH, which runs benchmarks";
  private static final String JETTY = "Jetty";
  private static final String JBOSS = "JBoss Modules (WildFly)";
  private static final String GLASSFISH = "GlassFish";

  // A main class, and the program that it belongs to.
  private static final String[][] MAIN_CLASSES = {
    {"org.apache.maven.surefire.booter.ForkedBooter", SUREFIRE},
    {"org.codehaus.plexus.classworlds.launcher.Launcher", MAVEN},
    {"org.codehaus.classworlds.Launcher", MAVEN},
    {"org.apache.maven.wrapper.MavenWrapperMain", MAVEN},
    {"org.mvndaemon.mvnd.daemon.MavenDaemon", "the Maven daemon"},
    {"org.mvndaemon.mvnd.common.MavenDaemon", "the Maven daemon"},
    {"org.gradle.launcher.daemon.bootstrap.GradleDaemon", GRADLE},
    {"org.gradle.launcher.GradleMain", GRADLE},
    {"org.gradle.wrapper.GradleWrapperMain", GRADLE},
    {"worker.org.gradle.process.internal.worker.GradleWorkerMain", GRADLE},
    {"org.apache.tools.ant.launch.Launcher", "Ant"},
    {"org.apache.tools.ant.Main", "Ant"},
    {"xsbt.boot.Boot", SBT},
    {"sbt.ForkMain", SBT},
    {"com.google.testing.junit.runner.BazelTestRunner", "Bazel, which runs tests"},
    {"com.intellij.rt.junit.JUnitStarter", IDEA},
    {"com.intellij.rt.execution.junit.JUnitStarter", IDEA},
    {"com.intellij.rt.testng.RemoteTestNGStarter", IDEA},
    {"com.intellij.rt.execution.application.AppMain", IDEA},
    {"com.intellij.rt.execution.application.AppMainV2", IDEA},
    {"com.intellij.rt.execution.CommandLineWrapper", IDEA},
    {"org.eclipse.jdt.internal.junit.runner.RemoteTestRunner", ECLIPSE},
    {"com.microsoft.java.test.runner.Launcher", "Visual Studio Code, which runs tests"},
    {"org.junit.platform.console.ConsoleLauncher", JUNIT},
    {"org.junit.runner.JUnitCore", JUNIT},
    {"org.testng.TestNG", "TestNG, which runs tests"},
    {"org.openjdk.jmh.Main", JMH},
    {"org.openjdk.jmh.runner.ForkedMain", JMH},
    {"org.apache.catalina.startup.Bootstrap", "Tomcat"},
    {"org.eclipse.jetty.start.Main", JETTY},
    {"org.eclipse.jetty.xml.XmlConfiguration", JETTY},
    {"org.eclipse.jetty.runner.Runner", JETTY},
    {"org.jboss.modules.Main", JBOSS},
    {"com.sun.enterprise.glassfish.bootstrap.ASMain", GLASSFISH},
    {"com.sun.enterprise.glassfish.bootstrap.GlassFishMain", GLASSFISH},
    {"weblogic.Server", "WebLogic"},
    {"com.ibm.ws.kernel.boot.cmdline.EnvCheck", "Liberty"},
    {"jdk.internal.jshell.tool.JShellToolProvider", "jshell"},
    {"jdk.jshell.execution.RemoteExecutionControl", "jshell"},
  };
  // The name of a jar up to its version, for jars without a readable manifest.
  private static final String[][] JARS = {
    {"surefirebooter", SUREFIRE}, {"junit-platform-console-standalone", JUNIT},
  };

  private KnownHostLaunchers() {}

  /**
   * Checks that a target is not one of the known programs.
   *
   * @param program its main class, or the path of its file
   * @throws NotRelaunchableException if it is
   */
  static void rejectHost(LaunchTarget target, String program) {
    String fileName = program.substring(program.lastIndexOf('/') + 1);
    boolean hasMainClass = target.kind() != Kind.JAR || !program.startsWith("/");
    String host = hasMainClass ? find(MAIN_CLASSES, program) : findJar(fileName);
    if (host != null) {
      String name = target.name();
      throw new NotRelaunchableException(
          "it runs " + name.substring(name.lastIndexOf('/') + 1) + ", which is " + host);
    }
  }

  private static @Nullable String find(String[][] programs, String name) {
    for (String[] program : programs) {
      if (name.equals(program[0])) {
        return program[1];
      }
    }
    return null;
  }

  private static @Nullable String findJar(String fileName) {
    int end = 0;
    while (end < fileName.length() && !Character.isDigit(fileName.charAt(end))) {
      end++;
    }
    String name = fileName.substring(0, end);
    return find(JARS, name.endsWith("-") ? name.substring(0, end - 1) : name);
  }
}
