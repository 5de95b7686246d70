using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// set_memory_decrypted() and set_memory_encrypted() of a realm (__set_memory_enc_dec): the pages are invalid while
/// their state changes, and mapped at the shared or the realm's own half of its address space afterwards.
/// </summary>
internal sealed class RealmMemory(KernelContext kernel, MemoryPermissions permissions)
{
    /// <param name="shared">True to share with the host (decrypt), false to take back (encrypt).</param>
    /// <returns>The first error; the pages may stay invalid then. None, and no change, outside a realm.</returns>
    public ChangeResult Share(LinearRange range, bool shared)
    {
        if (kernel.Machine.Realm is not { } realm)
            return new(Splitting.KernelError.None, range.End);
        string name = shared ? "set_memory_decrypted" : "set_memory_encrypted";
        var away = PermissionChange.MakeInvalid(kernel.Rules);
        var broken = permissions.ChangeRange(range, new(name,
            away.Set | (shared ? realm.SharedBit : 0), away.Clear | (shared ? 0 : realm.SharedBit)));
        return broken.Succeeded
            ? permissions.ChangeRange(
                range, PermissionChange.MakeValid(kernel.Rules, kernel.NotGlobal) with { Name = name })
            : broken;
    }
}
