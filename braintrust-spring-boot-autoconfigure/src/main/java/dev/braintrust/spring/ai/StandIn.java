package dev.braintrust.spring.ai;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.NativeDetector;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * An object that replaces a bean and intercepts its methods. It is a subclass of the
 * bean's class if possible. Otherwise it is a proxy of the bean's interfaces, provided
 * that the bean is declared by an interface, so that no injection point relies on the
 * class.
 */
public final class StandIn {

	private StandIn() {
	}

	public static @Nullable Object of(Object bean, @Nullable Class<?> declaredType, MethodInterceptor interceptor) {
		if (listener(bean) != null) {
			return null;
		}
		Object standIn = canBeExtended(ClassUtils.getUserClass(bean)) ? proxy(bean, interceptor, true) : null;
		if (standIn == null && (isProxy(bean) || (declaredType != null && !isClass(declaredType)))) {
			standIn = proxy(bean, interceptor, false);
		}
		return standIn;
	}

	private static boolean isProxy(Object bean) {
		return Proxy.isProxyClass(bean.getClass());
	}

	private static boolean isClass(Class<?> type) {
		return !type.isInterface() && type != Object.class;
	}

	private static @Nullable Object proxy(Object bean, MethodInterceptor interceptor, boolean ofClass) {
		try {
			ProxyFactory factory = new ProxyFactory(bean);
			factory.setProxyTargetClass(ofClass);
			factory.addAdvice(interceptor);
			return factory.getProxy(bean.getClass().getClassLoader());
		}
		catch (RuntimeException | LinkageError ex) {
			// The proxy cannot be created, for example because the class is sealed.
			return null;
		}
	}

	// Final methods would run on the subclass, whose fields are empty. A native image
	// creates no classes at run time.
	private static boolean canBeExtended(Class<?> type) {
		return !NativeDetector.inNativeImage() && !Modifier.isFinal(type.getModifiers())
				&& !Modifier.isPrivate(type.getModifiers()) && !type.isHidden() && !hasFinalMethod(type);
	}

	// Return the name of a listener or scheduled method that a stand-in cannot have.
	// Spring looks for such methods on the stand-in, so the context would not start, or
	// the method would never be called.
	public static @Nullable String listener(Object bean) {
		Class<?> type = ClassUtils.getUserClass(bean);
		String name = listener(type, true);
		return (name == null && !canBeExtended(type)) ? listener(type, false) : name;
	}

	public static String explain(String listener, Object bean) {
		return "Spring calls the method '" + listener + "' of its class " + ClassUtils.getUserClass(bean).getName()
				+ ", which needs the bean itself. Move the method to another bean";
	}

	private static @Nullable String listener(Class<?> type, boolean privateAlone) {
		for (Method method : ReflectionUtils.getAllDeclaredMethods(type)) {
			boolean concerned = !privateAlone || Modifier.isPrivate(method.getModifiers());
			if (concerned && MergedAnnotations.from(method).stream().anyMatch(StandIn::isListening)) {
				return method.getName();
			}
		}
		return null;
	}

	// For example EventListener, KafkaListener and Scheduled, also as meta-annotations.
	private static boolean isListening(MergedAnnotation<?> annotation) {
		String name = annotation.getType().getSimpleName();
		return name.endsWith("Listener") || name.startsWith("Scheduled");
	}

	private static boolean hasFinalMethod(Class<?> type) {
		for (Method method : ReflectionUtils.getAllDeclaredMethods(type)) {
			int modifiers = method.getModifiers();
			if (Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers)
					&& method.getDeclaringClass() != Object.class) {
				return true;
			}
		}
		return false;
	}

	public static <T extends MethodInterceptor> @Nullable T interceptor(Object bean, Class<T> type) {
		if (bean instanceof Advised advised) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (type.isInstance(advisor.getAdvice())) {
					return type.cast(advisor.getAdvice());
				}
			}
		}
		return null;
	}

	// Return the declared type of a bean, on which injection points can rely. It may be
	// wider than the class of the bean.
	public static @Nullable Class<?> declaredType(ConfigurableListableBeanFactory beanFactory, String beanName) {
		if (!beanFactory.containsBeanDefinition(beanName)) {
			return null;
		}
		BeanDefinition definition = beanFactory.getMergedBeanDefinition(beanName);
		Method factoryMethod = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		Class<?> type = (factoryMethod != null) ? factoryMethod.getReturnType()
				: definition.getResolvableType().resolve();
		return (type != null && FactoryBean.class.isAssignableFrom(type)) ? beanFactory.getType(beanName) : type;
	}

}
