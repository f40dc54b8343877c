package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountDatabaseTest {
  private static final Account ANN = new Account("ann", 1001, 50, "/home/ann", "/bin/sh");

  @TempDir Path folder;
  private AccountDatabase database;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("passwd"),
        """
        # a comment
        broken:x:7
        ann:x:1001:50:Ann:/home/ann:/bin/sh
        1001:x:1002:51::/home/n:/bin/sh
        evil:x:-1:0::/:/bin/sh
        +::::::
        """);
    Files.writeString(folder.resolve("group"), "staff:x:50:ann\n+:::\n");
    Path getent = folder.resolve("getent");
    Files.writeString(
        getent,
        """
        #!/bin/sh
        [ "$1 $2 $3" = '-- passwd ldap' ] || exit 2
        echo 'ldap:*:90000:90001:Lily:/home/ldap:/bin/bash'
        """);
    Files.setPosixFilePermissions(getent, PosixFilePermissions.fromString("rwx------"));
    database = new AccountDatabase(folder, getent.toString());
  }

  @Test
  void aUserIsFoundByNameAndByNumberAndANameGoesFirst() {
    assertThat(database.user("ann")).contains(ANN);
    assertThat(database.user("1002").orElseThrow().name()).isEqualTo("1001");
    assertThat(database.user("1001").orElseThrow().uid()).isEqualTo(1002);
    assertThat(database.group("staff")).contains(50L);
    assertThat(database.group("50")).contains(50L);
  }

  @Test
  @Tag("process")
  void aUserOfTheNetworkIsAskedFor() {
    Account expected = new Account("ldap", 90000, 90001, "/home/ldap", "/bin/bash");
    assertThat(database.user("ldap")).contains(expected);
    assertThat(database.group("ldap")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nobody-at-all",
        "broken",
        "evil",
        "+",
        "-1",
        "--help",
        "a:b",
        "a/b",
        "a\nb"
      })
  void whoIsNotThereIsNobody(String name) {
    assertThat(database.user(name)).isEmpty();
    assertThat(database.group(name)).isEmpty();
  }

  @Test
  void withoutFilesAndWithoutGetentNobodyIsThere() {
    AccountDatabase bare = new AccountDatabase(folder.resolve("no"), "/no/getent");
    assertThat(bare.user("ann")).isEmpty();
  }

  @Test
  void rootIsOnThisMachine() {
    assertThat(Account.find("root").orElseThrow().uid()).isZero();
    assertThat(Account.find("0")).isEqualTo(Account.find("root"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "4294967295", "99999999999", "1x", "٣", "+1"})
  void whatIsNoIdIsNone(String text) {
    assertThat(AccountDatabase.isId(text)).isFalse();
  }
}
