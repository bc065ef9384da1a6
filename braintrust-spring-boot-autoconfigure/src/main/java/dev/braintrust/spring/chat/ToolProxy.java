package dev.braintrust.spring.chat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.core.InfrastructureProxy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A traced tool with the interfaces of the tool that it stands for. An application may
 * tell by an interface of its own which tools, say, need an approval.
 */
final class ToolProxy implements InvocationHandler {

	private final ProjectToolCallback traced;

	private ToolProxy(ProjectToolCallback traced) {
		this.traced = traced;
	}

	/**
	 * Give a traced tool the interfaces of its own tool.
	 * @param traced the traced tool
	 * @return a proxy, or the traced tool where there are no further interfaces, or the
	 * tool of the application where there are some that a proxy cannot have
	 */
	static ToolCallback of(ProjectToolCallback traced) {
		ToolCallback tool = traced.getWrappedObject();
		if (!hasFurtherInterfaces(tool.getClass())) {
			return traced;
		}
		try {
			ClassLoader loader = tool.getClass().getClassLoader();
			Set<Class<?>> interfaces = new LinkedHashSet<>(
					ClassUtils.getAllInterfacesForClassAsSet(tool.getClass(), loader));
			if (!interfaces.stream().allMatch(ToolProxy::isCallable)) {
				return tool;
			}
			interfaces.add(InfrastructureProxy.class);
			return (ToolCallback) Proxy.newProxyInstance(loader, interfaces.toArray(Class<?>[]::new),
					new ToolProxy(traced));
		}
		catch (RuntimeException | LinkageError ex) {
			// Interfaces of several packages that are not public, or a native image that
			// does not know them. A tool without them might run without an approval.
			return tool;
		}
	}

	// A module may keep its interfaces to itself.
	private static boolean isCallable(Class<?> type) {
		Module own = ToolProxy.class.getModule();
		Module module = type.getModule();
		return module.isOpen(type.getPackageName(), own)
				|| (Modifier.isPublic(type.getModifiers()) && module.isExported(type.getPackageName(), own));
	}

	private static boolean hasFurtherInterfaces(Class<?> type) {
		for (Class<?> next = type; next != null; next = next.getSuperclass()) {
			for (Class<?> implemented : next.getInterfaces()) {
				if (implemented != ToolCallback.class) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * The tool of the application.
	 * @param tool a tool, traced or not
	 * @return the tool, not traced
	 */
	static @Nullable Object untraced(@Nullable Object tool) {
		ProjectToolCallback traced = traced(tool);
		return (traced != null) ? traced.getWrappedObject() : tool;
	}

	/**
	 * The traced tool that a tool is, or that a proxy stands for.
	 * @param tool a tool, traced or not
	 * @return the traced tool, or {@code null} where it is not traced
	 */
	static @Nullable ProjectToolCallback traced(@Nullable Object tool) {
		if (tool instanceof ProjectToolCallback traced) {
			return traced;
		}
		return (tool != null && Proxy.isProxyClass(tool.getClass())
				&& Proxy.getInvocationHandler(tool) instanceof ToolProxy proxy) ? proxy.traced : null;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		// An interface that extends that of tools may declare its methods again.
		Method own = method.getDeclaringClass().isInstance(this.traced) ? method
				: ReflectionUtils.findMethod(ToolCallback.class, method.getName(), method.getParameterTypes());
		if (own == null) {
			// An interface that is not public can be called from its package alone.
			ReflectionUtils.makeAccessible(method);
		}
		try {
			return (own != null) ? own.invoke(this.traced, arguments)
					: method.invoke(this.traced.getWrappedObject(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
