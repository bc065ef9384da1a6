package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link DotEnvFile} with the scenarios of Braintrust's specification. The
 * scenarios about precedence are in ProjectSettingsResolverTests.
 */
@ExtendWith(OutputCaptureExtension.class)
class DotEnvFileTests {

	private static final String KEY = "BRAINTRUST_API_KEY";

	@TempDir
	private Path directory;

	@Test
	void fileOfTheDirectoryIsRead() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-file");
		assertThat(file().get(KEY)).isEqualTo("sk-file");
	}

	@Test
	void noFileGivesNothing() {
		assertThat(file().get(KEY)).isNull();
	}

	@Test
	void directoryThatIsNotKnownGivesNothing() {
		assertThat(new DotEnvFile(null).get(KEY)).isNull();
	}

	@Test
	void directoryThatDoesNotExistGivesTheFileAboveIt() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-file");
		assertThat(new DotEnvFile(this.directory.resolve("gone")).get(KEY)).isEqualTo("sk-file");
	}

	@ParameterizedTest
	@ValueSource(strings = { ".env", ".env.local", ".env.development", ".env.production" })
	void genericFilesAreNotRead(String name) throws IOException {
		Files.writeString(this.directory.resolve(name), "BRAINTRUST_API_KEY=sk-generic");
		assertThat(file().get(KEY)).isNull();
	}

	@Test
	void fileOfAParentIsRead() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-parent");
		assertThat(new DotEnvFile(descend(2)).get(KEY)).isEqualTo("sk-parent");
	}

	@Test
	void nearestOfSeveralFilesIsRead() throws IOException {
		Path child = descend(2);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		write(child.getParent(), "BRAINTRUST_API_KEY=sk-near");
		assertThat(new DotEnvFile(child).get(KEY)).isEqualTo("sk-near");
	}

	@Test
	void nearestFileHidesThoseAboveForVariablesThatItLacks() throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		write(child, "BRAINTRUST_ORG_NAME=Acme");
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
		assertThat(new DotEnvFile(child).get("BRAINTRUST_ORG_NAME")).isEqualTo("Acme");
	}

	@Test
	void emptyFileHidesThoseAbove() throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		write(child, "");
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "BRAINTRUST_API_KEY=", "BRAINTRUST_API_KEY=   ", "BRAINTRUST_API_KEY=\"\"",
			"BRAINTRUST_API_KEY='  '", "BRAINTRUST_API_KEY=\" \\n \"", "BRAINTRUST_API_KEY= # none yet" })
	void blankValueOfTheNearestFileGivesNothing(String line) throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		write(child, line);
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
	}

	@Test
	void nearestFileThatCannotBeReadHidesThoseAbove() throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		Files.createDirectory(child.resolve(".env.braintrust"));
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
	}

	@Test
	void nearestFileThatIsNoTextHidesThoseAbove() throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		Files.write(child.resolve(".env.braintrust"), "BRAINTRUST_API_KEY=ä".getBytes(StandardCharsets.ISO_8859_1));
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
	}

	@Test
	void linkThatLeadsNowhereHidesTheFilesAbove() throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		Files.createSymbolicLink(child.resolve(".env.braintrust"), child.resolve("gone"));
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
	}

	@Test
	void fileExactly64ParentsAboveIsRead() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-top");
		assertThat(new DotEnvFile(descend(64)).get(KEY)).isEqualTo("sk-top");
	}

	@Test
	void file65ParentsAboveIsNotRead() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-top");
		assertThat(new DotEnvFile(descend(65)).get(KEY)).isNull();
	}

	@Test
	void quotesExportAndCommentsAreUnderstood() throws IOException {
		write(this.directory, """
				# what the wizard writes

				export BRAINTRUST_API_KEY=sk-exported
				BRAINTRUST_API_URL="https://api.example.com" # quoted
				  BRAINTRUST_APP_URL='https://www.example.com'
				BRAINTRUST_PROJECT = My Agent   # with a comment
				BRAINTRUST_PROJECT_ID=p#1
				BRAINTRUST_ORG_NAME="Acme \\"East\\" C:\\\\new # 1"
				BRAINTRUST_ENVIRONMENT_TYPE='a "b" # c'
				BRAINTRUST_ENVIRONMENT_NAME="  as it is  "
				""");
		DotEnvFile file = file();
		assertThat(file.get("BRAINTRUST_API_KEY")).isEqualTo("sk-exported");
		assertThat(file.get("BRAINTRUST_API_URL")).isEqualTo("https://api.example.com");
		assertThat(file.get("BRAINTRUST_APP_URL")).isEqualTo("https://www.example.com");
		assertThat(file.get("BRAINTRUST_PROJECT")).isEqualTo("My Agent");
		assertThat(file.get("BRAINTRUST_PROJECT_ID")).isEqualTo("p#1");
		assertThat(file.get("BRAINTRUST_ORG_NAME")).isEqualTo("Acme \"East\" C:\\new # 1");
		assertThat(file.get("BRAINTRUST_ENVIRONMENT_TYPE")).isEqualTo("a \"b\" # c");
		assertThat(file.get("BRAINTRUST_ENVIRONMENT_NAME")).isEqualTo("  as it is  ");
	}

	@Test
	void fileOfWindowsIsUnderstood() throws IOException {
		write(this.directory, "\uFEFF# wizard\r\nBRAINTRUST_API_KEY=sk-file\r\nBRAINTRUST_ORG_NAME=Acme\r\n");
		assertThat(file().get(KEY)).isEqualTo("sk-file");
		assertThat(file().get("BRAINTRUST_ORG_NAME")).isEqualTo("Acme");
	}

	@Test
	void lastOfSeveralAssignmentsCounts() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-one\nBRAINTRUST_API_KEY=sk-two");
		assertThat(file().get(KEY)).isEqualTo("sk-two");
	}

	@Test
	void nothingIsInterpolatedOrRun() throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=$(whoami)${HOME}");
		assertThat(file().get(KEY)).isEqualTo("$(whoami)${HOME}");
	}

	@Test
	void variablesThatAreNotAllowedAreIgnored() throws IOException {
		write(this.directory, """
				OPENAI_API_KEY=sk-other
				BRAINTRUST_DEBUG=true
				BRAINTRUST_API_KEY=sk-file
				""");
		DotEnvFile file = file();
		assertThat(file.get("OPENAI_API_KEY")).isNull();
		assertThat(file.get("BRAINTRUST_DEBUG")).isNull();
		assertThat(file.get(KEY)).isEqualTo("sk-file");
	}

	@ParameterizedTest
	@ValueSource(strings = { "no assignment", "BRAINTRUST_ORG_NAME=\"no end", "BRAINTRUST_ORG_NAME='no end",
			"1NAME=value", "BRAINTRUST_ORG_NAME='a' b", "=value" })
	void malformedLineMakesTheWholeFileGiveNothing(String line) throws IOException {
		Path child = descend(1);
		write(this.directory, "BRAINTRUST_API_KEY=sk-far");
		write(child, "BRAINTRUST_API_KEY=sk-file\n" + line);
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CERTIFICATE=%s", "CERTIFICATE=\"%s\"", "CERTIFICATE='%s'", "CERTIFICATE=%s # comment",
			"CERTIFICATE=\"%s" })
	void longLinesDoNotOverflowTheStack(String line) throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-file\nOTHER=x\n" + line.formatted("a b\\n#".repeat(50_000)));
		boolean wellFormed = !line.endsWith("\"%s");
		assertThat(file().get(KEY)).isEqualTo(wellFormed ? "sk-file" : null);
	}

	@Test
	void fileIsReadOnFirstUseAndOnce() throws IOException {
		DotEnvFile file = file();
		write(this.directory, "BRAINTRUST_API_KEY=sk-one");
		assertThat(file.get(KEY)).isEqualTo("sk-one");
		write(this.directory, "BRAINTRUST_API_KEY=sk-two");
		assertThat(file.get(KEY)).isEqualTo("sk-one");
	}

	@Test
	void nothingIsPutIntoTheEnvironmentOfTheProcess() throws IOException {
		Map<String, String> variables = new TreeMap<>(System.getenv());
		Map<Object, Object> properties = Map.copyOf(System.getProperties());
		write(this.directory, "BRAINTRUST_API_KEY=sk-file");
		assertThat(file().get(KEY)).isEqualTo("sk-file");
		assertThat(System.getenv()).isEqualTo(variables);
		assertThat(System.getProperties()).isEqualTo(properties);
	}

	@Test
	void fileThatEverybodyMayWriteIsRefused(CapturedOutput output) throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-s3cret");
		Path file = this.directory.resolve(".env.braintrust");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
		assertThat(file().get(KEY)).isEqualTo("sk-s3cret");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "can be written by every user of this machine");
	}

	@Test
	void fileOfAnotherUserIsRefused(CapturedOutput output) throws IOException {
		assumeThat(System.getProperty("user.name")).as("the user who may give files away").isEqualTo("root");
		write(this.directory, "BRAINTRUST_API_KEY=sk-s3cret");
		Path file = this.directory.resolve(".env.braintrust");
		Files.setOwner(file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "belongs neither to the user of this process nor to root");
	}

	@Test
	void linkWithinTheDirectoryIsFollowed() throws IOException {
		Path data = Files.createDirectory(this.directory.resolve("..data"));
		Files.writeString(data.resolve("secret"), "BRAINTRUST_API_KEY=sk-file");
		Files.createSymbolicLink(this.directory.resolve(".env.braintrust"), data.resolve("secret"));
		assertThat(file().get(KEY)).isEqualTo("sk-file");
	}

	@Test
	void linkThatLeavesTheDirectoryIsRefused(CapturedOutput output) throws IOException {
		Path child = descend(1);
		Files.writeString(this.directory.resolve("secret"), "BRAINTRUST_API_KEY=sk-s3cret");
		Files.createSymbolicLink(child.resolve(".env.braintrust"), this.directory.resolve("secret"));
		assertThat(new DotEnvFile(child).get(KEY)).isNull();
		assertRefused(output, "is a link to a file outside of its directory");
	}

	@Test
	@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
	void linkToADeviceIsRefused(CapturedOutput output) throws IOException {
		Path zero = Path.of("/dev/zero");
		assumeThat(zero).exists();
		Files.createSymbolicLink(this.directory.resolve(".env.braintrust"), zero);
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "is a link to a file outside of its directory");
	}

	@Test
	@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
	void pipeIsRefused(CapturedOutput output) throws IOException, InterruptedException {
		Path pipe = this.directory.resolve(".env.braintrust");
		assumeThat(Path.of("/usr/bin/mkfifo")).exists();
		assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()).isZero();
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "is not a regular file");
	}

	@Test
	void largeFileIsRefused(CapturedOutput output) throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-s3cret\n#" + "x".repeat(1024 * 1024));
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "is larger than 1 MB");
	}

	@Test
	void fileThatIsMalformedIsNamedWithoutItsContent(CapturedOutput output) throws IOException {
		write(this.directory, "BRAINTRUST_API_KEY=sk-s3cret\ns3cret");
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "has a line that is neither an assignment nor a comment");
		Files.write(this.directory.resolve(".env.braintrust"), "s3cret=\u00e4".getBytes(StandardCharsets.ISO_8859_1));
		assertThat(file().get(KEY)).isNull();
		assertRefused(output, "cannot be read (MalformedInputException)");
	}

	private void assertRefused(CapturedOutput output, String reason) {
		assertThat(output)
			.containsPattern("The file .*\\.env\\.braintrust is ignored: it " + Pattern.quote(reason) + "\\.")
			.doesNotContain("s3cret");
	}

	private DotEnvFile file() {
		return new DotEnvFile(this.directory);
	}

	private Path descend(int levels) throws IOException {
		Path path = this.directory;
		for (int i = 0; i < levels; i++) {
			path = path.resolve("d");
		}
		return Files.createDirectories(path);
	}

	private static void write(Path directory, String text) throws IOException {
		Files.writeString(directory.resolve(".env.braintrust"), text);
	}

}
