package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console in a servlet application, before any other filter: nothing observes
 * its requests, and none of them goes on.
 */
final class ConsoleFilter implements Filter {

	private final Console console;

	ConsoleFilter(Console console) {
		this.console = console;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		String path = http.getRequestURI().substring(http.getContextPath().length());
		if (!Console.has(path)) {
			// A path that is written in another way is none of ours.
			chain.doFilter(request, response);
			return;
		}
		ConsoleResponse answer = this.console.answer(new ConsoleRequest(http.getMethod(),
				path.substring(ConsoleRequest.PATH.length()), http.getQueryString(), address(http.getRemoteAddr()),
				address(http.getLocalAddr()), http::getHeader));
		HttpServletResponse to = (HttpServletResponse) response;
		to.setStatus(answer.status());
		answer.headers().forEach(to::setHeader);
		to.setContentLength(answer.body().length);
		if (!http.getMethod().equals("HEAD")) {
			to.getOutputStream().write(answer.body());
		}
	}

	// Servers give addresses, never names; Jetty gives those of IPv6 in brackets.
	private static @Nullable InetAddress address(@Nullable String address) {
		try {
			return (address != null && address.matches("\\[?[0-9a-fA-F.:]+(%\\w+)?]?")) ? InetAddress.getByName(address)
					: null;
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

}
