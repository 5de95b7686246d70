namespace Orleans.Mmu.Linux.Splitting;

/// <summary>The return value of a kernel function; the numbers are Linux's, negated.</summary>
public enum KernelError
{
    None = 0,

    /// <summary>−EPERM: a notifier objected.</summary>
    NotPermitted = -1,

    /// <summary>−E2BIG: the linear map has no room for the memory.</summary>
    TooBig = -7,

    /// <summary>−ENOMEM: there is no page for a table.</summary>
    NoMemory = -12,

    /// <summary>−EBUSY: the change is not safe at this point of boot.</summary>
    Busy = -16,

    /// <summary>−EEXIST: there is memory already.</summary>
    Exists = -17,

    /// <summary>−EINVAL.</summary>
    InvalidArgument = -22,
}

/// <summary>Linux's names of the errors.</summary>
public static class KernelErrors
{
    /// <summary>"0", "-EPERM", "-ENOMEM", "-EBUSY", "-EINVAL".</summary>
    public static string Name(this KernelError error) => error switch
    {
        KernelError.None => "0",
        KernelError.NotPermitted => "-EPERM",
        KernelError.NoMemory => "-ENOMEM",
        KernelError.Busy => "-EBUSY",
        KernelError.TooBig => "-E2BIG",
        KernelError.Exists => "-EEXIST",
        KernelError.InvalidArgument => "-EINVAL",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };
}
