package dev.braintrust.spring.autoconfigure.diagnostics;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Finds class path problems that prevent clients from being traced or from working.
 */
final class ClassPathReport {

	private static final String CHAT_CLIENT = "org.springframework.ai.chat.client.ChatClient";

	// New in Spring AI 2.
	private static final String TOOL_CALLING_ADVISOR = "org.springframework.ai.chat.client.advisor.ToolCallingAdvisor";

	private static final String OK_HTTP = "okhttp3/OkHttpClient.class";

	private static final Pattern JAR = Pattern.compile("([^/!]+\\.jar)!?/");

	private ClassPathReport() {
	}

	static boolean hasSpringAi(@Nullable ClassLoader classLoader) {
		return ClassUtils.isPresent(CHAT_CLIENT, classLoader);
	}

	static List<String> problems(@Nullable ClassLoader classLoader, @Nullable String bootVersion) {
		List<String> problems = new ArrayList<>();
		if (bootVersion != null && bootVersion.startsWith("3.")) {
			problems
				.add("This starter is made for Spring Boot 4 and Spring AI 2, and the application runs on Spring Boot "
						+ bootVersion + ". It is not tested there, and no ChatClient of Spring AI 1 is traced.");
		}
		if (hasSpringAi(classLoader) && !ClassUtils.isPresent(TOOL_CALLING_ADVISOR, classLoader)) {
			problems.add("No ChatClient is traced into Braintrust: the Spring AI on the class path is older than 2.0. "
					+ "This starter needs Spring AI 2 and Spring Boot 4; import 'org.springframework.ai:spring-ai-bom' "
					+ "in a version from 2.0 on.");
		}
		Set<String> okHttp = locations(classLoader);
		if (okHttp.size() > 1) {
			problems.add("OkHttp is on the class path " + okHttp.size() + " times (" + String.join(", ", okHttp)
					+ "), and calls of Spring AI's OpenAI client may fail with a NoSuchMethodError. Exclude "
					+ "'io.opentelemetry:opentelemetry-exporter-sender-okhttp' from 'spring-boot-starter-opentelemetry', "
					+ "and add 'io.opentelemetry:opentelemetry-exporter-sender-jdk' in its place.");
		}
		return problems;
	}

	private static Set<String> locations(@Nullable ClassLoader classLoader) {
		Set<String> jars = new TreeSet<>();
		try {
			List<URL> urls = (classLoader != null) ? Collections.list(classLoader.getResources(OK_HTTP)) : List.of();
			for (URL url : urls) {
				jars.add(jar(url));
			}
		}
		catch (IOException ex) {
			// The check is best effort.
		}
		return jars;
	}

	private static String jar(URL url) {
		Matcher matcher = JAR.matcher(url.toString());
		String jar = url.toString();
		while (matcher.find()) {
			jar = matcher.group(1);
		}
		return jar;
	}

}
