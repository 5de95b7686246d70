using Orleans.Mmu.Client;

return await MmuProgram.Create().RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
